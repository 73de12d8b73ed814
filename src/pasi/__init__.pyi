from pasi.bundle.load import load_bundle as load_bundle
from pasi.cohort.reading import read_cohort as read_cohort
from pasi.cohort.records import Cohort as Cohort
from pasi.config.settings import read_settings as read_settings
from pasi.errors import InputError as InputError
from pasi.errors import PhotoError as PhotoError
from pasi.errors import UserError as UserError
from pasi.evaluation.differences import difference_interval as difference_interval
from pasi.evaluation.intervals import ccc_interval as ccc_interval
from pasi.evaluation.intervals import mae_interval as mae_interval
from pasi.evaluation.metrics import ccc as ccc
from pasi.evaluation.metrics import mae as mae
from pasi.evaluation.metrics import mse as mse
from pasi.evaluation.metrics import pcc as pcc
from pasi.imaging.decode import decode_photo as decode_photo
from pasi.severity.index import SeverityIndex as SeverityIndex
from pasi.severity.response import response_table as response_table
from pasi.simulate.trial import simulate_trial as simulate_trial

__version__: str
