(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const served = location.protocol !== "file:";
  const STORE = "pasi-review-" + data.page, MINUS = "\u2212", NAME = /^[A-Za-z0-9._-]{1,64}$/;
  const find = (selector, within) => (within || document).querySelector(selector);
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const articles = all("article[data-visit]"), subjects = all("section.subject");
  const keys = data.visits.map(visit => JSON.stringify([visit.subject, visit.visit]));
  let entries = { rater: "reader", visits: {} }, version = 0, current = -1, asked = -1;

  /* Entries: those of before the reveal never change after it (pasi.review.entries has the form). */
  const entryOf = number => entries.visits[keys[number]] || { revealed: false, before: {}, after: {} };
  const isRevealed = number => entryOf(number).revealed;
  const gradesOf = number => entryOf(number)[isRevealed(number) ? "after" : "before"];
  const keep = (number, entry) => { entries.visits[keys[number]] = entry; save(); };
  const copy = value => JSON.parse(JSON.stringify(value));
  const places = data.grading === "score"
    ? [{ region: "", labels: ["score"], weight: 1 }]
    : data.regions.map(region => ({ region: region.name, labels: data.labels, weight: region.weight }));
  function valuesOf(grades, place) {
    const own = grades[place.region] || {};
    return place.labels.every(name => name in own) ? place.labels.map(name => own[name]) : null;
  }
  function composite(values) {
    if (values === null) { return null; }
    const signs = data.hasArea && data.grading !== "score" ? values.slice(0, -1) : values;
    const sum = signs.reduce((one, two) => one + two, 0);
    return signs.length < values.length ? sum * values[values.length - 1] : sum;
  }
  function ownScore(number) {
    const found = places.map(place => composite(valuesOf(gradesOf(number), place)));
    return found.includes(null) ? null : found.reduce((sum, value, at) => sum + places[at].weight * value, 0);
  }
  const shown = (value, sign) => value === null ? "\u2013"
    : ((sign && value >= 0.05 ? "+" : "") + value.toFixed(1)).replace(/^-0\.0$/, "0.0").replace("-", MINUS);

  /* The rater's table, as pasi.review.entries:rater_table makes it. */
  function tableOf() {
    const rows = [data.columns];
    data.visits.forEach((visit, number) => places.forEach(place => {
      const own = entryOf(number), before = valuesOf(own.before, place), after = valuesOf(own.after, place);
      const where = [entries.rater, visit.subject, visit.visit].concat(place.region ? [place.region] : []);
      if (before !== null) { rows.push(where.concat(before, ["yes"])); }
      if (after !== null && String(after) !== String(before)) { rows.push(where.concat(after, ["no"])); }
    }));
    return rows.map(row => row.map(cell => {
      const text = String(cell);
      return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
    }).join(",")).join("\n") + "\n";
  }

  /* Saving: in the browser for a file, by its server for a served page; one request at a time. */
  let saving = false, waiting = false;
  const say = text => { find("#saved").textContent = text; };
  function save() {
    if (!served) {
      try {
        localStorage.setItem(STORE, JSON.stringify(entries));
        say("Saved in this browser.");
      } catch (error) {
        say("Not saved: this browser keeps nothing. Download your grades before you close the page.");
      }
      return;
    }
    if (saving) { waiting = true; return; }
    saving = true;
    fetch("grades.json", {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ version: version, entries: entries })
    }).then(answer => answer.ok ? answer.json() : answer.text().then(text => Promise.reject(text.trim())))
      .then(answer => { version = answer.version; say("Saved in the page's folder."); })
      .catch(error => {
        const reason = typeof error === "string" ? error : "the server has ended";
        say("Not saved: " + reason + ". Download your grades before you close the page.");
      })
      .finally(() => {
        saving = false;
        if (waiting) { waiting = false; save(); }
      });
  }

  /* Showing. */
  function showRevealed() {
    all("[data-of]").forEach(part => {
      part.toggleAttribute("hidden", !part.getAttribute("data-of").split(" ").every(of => isRevealed(Number(of))));
    });
    all("[data-until]").forEach(part => part.toggleAttribute("hidden", isRevealed(Number(part.dataset.until))));
    all("[data-reveal]").forEach(button => { button.hidden = isRevealed(Number(button.dataset.reveal)); });
  }
  function showGrades(number) {
    const article = articles[number], grades = gradesOf(number), score = ownScore(number);
    const section = subjects[data.visits[number].place];
    all("output[data-composite]", article).forEach(part => {
      const place = places.find(one => one.region === part.dataset.composite);
      const value = place ? composite(valuesOf(grades, place)) : null;
      part.textContent = place ? shown(value) : "";
    });
    const own = find("output[data-own]", article), difference = find("output[data-difference]", article);
    if (own) { own.textContent = shown(score); }
    const model = find("dl .figure:not([data-own])", article);
    const value = model ? parseFloat(model.textContent.replace(MINUS, "-")) : NaN;
    if (difference) { difference.textContent = shown(score === null || isNaN(value) ? null : score - value, true); }
    all('[data-table="' + number + '"]', section).forEach(part => { part.textContent = shown(score); });
    all('[data-own-of="' + number + '"]', section).forEach(mark => {
      const svg = mark.ownerSVGElement, low = Number(svg.dataset.low), high = Number(svg.dataset.high);
      mark.toggleAttribute("hidden", score === null);
      if (score !== null) {
        const share = Math.min(1, Math.max(0, score / Number(svg.dataset.top)));
        mark.setAttribute("transform", "translate(" + mark.dataset.x + " " + (low - share * (low - high)) + ")");
      }
    });
    find('[data-go="' + number + '"] .done', section).hidden = score === null;
  }
  function showProgress() {
    const graded = data.visits.filter((_, number) => ownScore(number) !== null).length;
    find("#progress").textContent = graded + " of " + data.visits.length + " visits graded";
  }
  function fill(number) {
    const grades = gradesOf(number);
    all("input[data-label]", articles[number]).forEach(input => {
      const value = (grades[input.dataset.region] || {})[input.dataset.label];
      input.value = value === undefined ? "" : String(value);
      input.removeAttribute("aria-invalid");
    });
  }
  const note = (number, text) => { find("[data-note]", articles[number]).textContent = text; };
  const AFTER = "Revealed. What you change now is exported as not blinded, beside the grades of before.";

  function go(number, focus) {
    if (number < 0 || number >= articles.length) { return; }
    const subject = data.visits[number].place, from = document.activeElement;
    const field = from && from.dataset.label !== undefined ? all("input[data-label]", articles[current]).indexOf(from) : -1;
    subjects.forEach((section, at) => { section.hidden = at !== subject; });
    articles.forEach((article, at) => { article.hidden = at !== number; });
    all("[data-go]").forEach(button => {
      if (Number(button.dataset.go) === number) { button.setAttribute("aria-current", "true"); }
      else { button.removeAttribute("aria-current"); }
    });
    find("#subject").value = String(subject);
    find("#subject-before").disabled = subject === 0;
    find("#subject-after").disabled = subject === subjects.length - 1;
    all('[data-step="-1"]', articles[number])[0].disabled = number === 0;
    all('[data-step="1"]', articles[number])[0].disabled = number === articles.length - 1;
    current = number;
    asked = -1;
    note(number, isRevealed(number) ? AFTER : "");
    history.replaceState(null, "", "#visit-" + number);
    if (!focus) { return; }
    const target = field >= 0 ? all("input[data-label]", articles[number])[field] : find("h3", articles[number]);
    target.focus();
    if (field >= 0) { target.select(); }
  }
  function goSubject(place, focus) {
    const number = data.visits.findIndex(visit => visit.place === place);
    if (number >= 0) { go(number, focus); }
  }
  function reveal(number) {
    if (isRevealed(number)) { return; }
    if (ownScore(number) === null && asked !== number) {
      asked = number;
      const wrong = find('[aria-invalid="true"]', articles[number]);
      const field = wrong ? wrong.getAttribute("aria-label") + ": this is no such grade. " : "";
      note(number, field + "Grades are missing. What you enter after the reveal is not blinded. Press again to reveal.");
      return;
    }
    const before = entryOf(number).before;
    keep(number, { revealed: true, before: before, after: copy(before) });
    showRevealed();
    note(number, AFTER);
    if (document.activeElement === document.body) { find("h3", articles[number]).focus(); }
  }
  function enter(input) {
    const number = Number(input.closest("article").dataset.visit), entry = copy(entryOf(number));
    const grades = entry[entry.revealed ? "after" : "before"];
    const own = grades[input.dataset.region] || (grades[input.dataset.region] = {});
    const valid = input.validity.valid;
    if (valid) { input.removeAttribute("aria-invalid"); } else { input.setAttribute("aria-invalid", "true"); }
    if (valid && input.value !== "") { own[input.dataset.label] = Number(input.value); }
    else { delete own[input.dataset.label]; }
    if (!Object.keys(own).length) { delete grades[input.dataset.region]; }
    note(number, valid ? (entry.revealed ? AFTER : "") : input.getAttribute("aria-label") + ": this is no such grade.");
    keep(number, entry);
    showGrades(number);
    showProgress();
  }
  function download() {
    if (!NAME.test(entries.rater)) { find("#rater").focus(); return; }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([tableOf()], { type: "text/csv" }));
    link.download = "grades.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  /* Events. */
  const help = find("#help"), zoom = find("#zoom");
  let large = 0;
  const photos = () => all("[data-zoom]", articles[current]).filter(button => button.offsetParent);
  function enlarge(at) {
    const own = photos();
    if (at < 0 || at >= own.length) { return; }
    const picture = find("img", own[at]).cloneNode();
    picture.removeAttribute("loading");
    large = at;
    find("#zoom-title").textContent = picture.alt;
    find("#zoom-place").replaceChildren(picture);
    if (!zoom.open) { zoom.showModal(); }
  }
  const KEYS = {
    j: () => go(current + 1, true), k: () => go(current - 1, true),
    ArrowRight: () => go(current + 1, true), ArrowLeft: () => go(current - 1, true),
    n: () => goSubject(data.visits[current].place + 1, true), p: () => goSubject(data.visits[current].place - 1, true),
    g: () => { const first = find("input[data-label]", articles[current]); first.focus(); first.select(); },
    r: () => reveal(current), z: () => enlarge(0), "?": () => help.showModal()
  };
  function nextField(input) {
    const fields = all("input[data-label]", articles[current]), next = fields[fields.indexOf(input) + 1];
    if (next) { next.focus(); next.select(); return; }
    const button = find("[data-reveal]", articles[current]);
    (button.hidden ? find('[data-step="1"]', articles[current]) : button).focus();
  }
  document.addEventListener("keydown", event => {
    const target = event.target, grade = target.dataset && target.dataset.label !== undefined;
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) { return; }
    if (zoom.open) {
      if (event.key === "ArrowRight" || event.key === "ArrowLeft") { enlarge(large + (event.key === "ArrowRight" ? 1 : -1)); }
      return;
    }
    if (grade && event.key === "Enter") { event.preventDefault(); nextField(target); return; }
    if (!find("#shortcuts").checked || !(event.key in KEYS) || !Object.hasOwn(KEYS, event.key)) { return; }
    if (/^(SELECT|TEXTAREA)$/.test(target.tagName) || (target.tagName === "INPUT" && !grade)) { return; }
    if (event.key.startsWith("Arrow") && (grade || target.closest(".plate, .scroll"))) { return; }
    event.preventDefault();
    KEYS[event.key]();
  });
  document.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button) { return; }
    if (button.dataset.zoom !== undefined) { enlarge(photos().indexOf(button)); }
    if (button.dataset.go) { go(Number(button.dataset.go), false); }
    if (button.dataset.step) { go(current + Number(button.dataset.step), true); }
    if (button.dataset.reveal) { reveal(Number(button.dataset.reveal)); }
  });
  document.addEventListener("input", event => { if (event.target.dataset.label !== undefined) { enter(event.target); } });
  find("#subject").addEventListener("change", event => goSubject(Number(event.target.value), false));
  find("#subject-before").addEventListener("click", () => goSubject(data.visits[current].place - 1, false));
  find("#subject-after").addEventListener("click", () => goSubject(data.visits[current].place + 1, false));
  find("#keys").addEventListener("click", () => help.showModal());
  find("#export").addEventListener("click", download);
  find("#rater").addEventListener("input", event => {
    const valid = NAME.test(event.target.value);
    if (valid) { entries.rater = event.target.value; save(); }
    else { say("A name has 1 to 64 letters, digits, points, _ and -."); }
  });

  function start() {
    if (!entries || !entries.visits) { entries = { rater: "reader", visits: {} }; }
    find("#rater").value = entries.rater;
    articles.forEach((_, number) => { fill(number); showGrades(number); });
    showRevealed();
    showProgress();
    const wanted = /^#visit-(\d+)$/.exec(location.hash);
    go(wanted && Number(wanted[1]) < articles.length ? Number(wanted[1]) : 0, false);
    document.documentElement.dataset.ready = "yes";
  }
  if (served) {
    fetch("grades.json").then(answer => answer.json()).then(answer => {
      entries = answer.entries;
      version = answer.version;
    }).catch(() => say("The server does not answer: grades are not saved.")).finally(start);
  } else {
    try { entries = JSON.parse(localStorage.getItem(STORE)) || entries; } catch (error) { say("This browser keeps nothing."); }
    start();
  }
})();
