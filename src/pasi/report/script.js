(function () {
  "use strict";
  function number(text) {
    var plain = text.trim().replace("\u2212", "-").replace(/,/g, "");
    var found = /^[+-]?\d+(\.\d+)?/.exec(plain);
    return found ? parseFloat(found[0]) : null;
  }
  function key(row, column) {
    var cell = row.cells[column], own = cell ? cell.querySelector("data") : null;
    var text = cell ? (cell.firstChild ? (own || cell.firstChild).textContent : "") : "";
    return own ? parseFloat(own.value) : number(text) === null ? text.toLowerCase() : number(text);
  }
  function compare(a, b) {
    if (typeof a === typeof b) { return a < b ? -1 : a > b ? 1 : 0; }
    return typeof a === "number" ? -1 : 1;
  }
  document.querySelectorAll("table.sortable thead th").forEach(function (head) {
    var button = document.createElement("button");
    button.type = "button";
    while (head.firstChild) { button.appendChild(head.firstChild); }
    head.appendChild(button);
    button.addEventListener("click", function () {
      var down = head.getAttribute("aria-sort") === "ascending";
      Array.prototype.forEach.call(head.parentNode.children, function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      var body = head.closest("table").tBodies[0], column = head.cellIndex;
      Array.prototype.slice.call(body.rows).sort(function (a, b) {
        return compare(key(a, column), key(b, column)) * (down ? -1 : 1);
      }).forEach(function (row) { body.appendChild(row); });
    });
  });
  var marks = document.querySelectorAll("[data-subject]"), select = document.getElementById("subject");
  var said = document.getElementById("hover"), names = {};
  marks.forEach(function (mark) { names[mark.getAttribute("data-subject")] = true; });
  Object.keys(names).sort().forEach(function (name) {
    var option = document.createElement("option");
    option.value = option.textContent = name;
    select.appendChild(option);
  });
  if (marks.length) { select.closest("p").hidden = false; }
  function dim(subject) {
    marks.forEach(function (mark) {
      mark.classList.toggle("off", subject !== "" && mark.getAttribute("data-subject") !== subject);
    });
  }
  select.addEventListener("change", function () { dim(select.value); });
  document.addEventListener("mouseover", function (event) {
    var mark = event.target.closest ? event.target.closest("path[data-subject]") : null;
    if (!mark) { return; }
    said.textContent = mark.textContent;
    if (!select.value) { dim(mark.getAttribute("data-subject")); }
  });
  document.addEventListener("mouseout", function (event) {
    if (event.target.closest && event.target.closest("path[data-subject]") && !select.value) { dim(""); }
  });
  document.querySelectorAll("data[data-at]").forEach(function (cell) {
    cell.title = cell.getAttribute("data-at").split("|").join(", ");
  });
})();
