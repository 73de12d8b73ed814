#!/bin/bash
# slurm_up.sh FOLDER: start a Slurm of one node with two GPUs that cannot compute, for a test. The node has two cores
# whatever the machine has (nproc is 1 under OMP_NUM_THREADS=1), so that two trainings run at once. Needs root on Debian,
# with slurm-wlm and munge installed. All files lie in FOLDER, except two links in /etc/slurm: jobs need them, as the
# executor plugin does not pass SLURM_CONF on. A requeued job starts again after 10 seconds (cred_expire) instead of 120.
set -euo pipefail
folder=$1
host=$(hostname -s)
memory=$(($(awk '/MemTotal/{print $2}' /proc/meminfo) / 1024 - 256))
mkdir -p "$folder"/{state,spool,log} /run/munge
chown munge:munge /run/munge
if ! munge -n >/dev/null 2>&1; then
    runuser -u munge -- /usr/sbin/munged
    cp /run/munge/munged.pid "$folder/"
fi
# Character devices with the numbers of /dev/null: Slurm allocates them like GPUs.
for number in 0 1; do
    [ -e "$folder/gpu$number" ] || mknod -m 666 "$folder/gpu$number" c 1 3
done
cat >"$folder/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=cred_expire=10
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1,batch_sched_delay=0,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
MinJobAge=600
InactiveLimit=0
SlurmdParameters=config_overrides
KillWait=5
OverTimeLimit=0
GresTypes=gpu
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=$memory Gres=gpu:2 State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
PartitionName=urgent Nodes=$host PriorityTier=10 MaxTime=INFINITE State=UP
CONF
printf 'AutoDetect=off\nName=gpu File=%s/gpu[0-1]\n' "$folder" >"$folder/gres.conf"
mkdir -p /etc/slurm
ln -sf "$folder"/{slurm,gres}.conf /etc/slurm/
/usr/sbin/slurmctld -c
/usr/sbin/slurmd -c
for _ in $(seq 1500); do  # five minutes, which only a node that does not come up takes
    [ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && exit 0
    sleep 0.2
done
echo "the node did not come up: $(sinfo 2>&1)" >&2
exit 1
