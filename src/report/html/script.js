(function () {
  "use strict";
  function each(list, act) { Array.prototype.forEach.call(list, act); }
  window.addEventListener("beforeprint", function () {
    each(document.querySelectorAll("details"), function (part) { part.open = true; });
  });
  var table = document.getElementById("attempts");
  if (!table) { return; }
  var STEP = 300;
  var body = table.tBodies[0];
  var heads = table.tHead.rows[0].cells;
  var filter = document.getElementById("filter");
  var outcome = document.getElementById("outcome");
  var told = document.getElementById("told");
  var more = document.getElementById("more");
  var all = document.getElementById("all");
  var rest = document.getElementById("rest");
  var rows = [];
  function take(row) { rows.push({ row: row, text: row.textContent.toLowerCase(), outcome: row.cells[1].textContent }); }
  each(body.rows, take);
  if (rest) { each(rest.content.querySelectorAll("tr"), take); }
  var fitting = rows;
  var limit = STEP;

  // Only so many rows stand in the page at once: a browser lays out all that do.
  function draw() {
    var page = document.createDocumentFragment();
    fitting.slice(0, limit).forEach(function (one) { page.appendChild(one.row); });
    body.textContent = "";
    body.appendChild(page);
    var shown = Math.min(limit, fitting.length);
    told.textContent = fitting.length + " of " + rows.length + " fit" + (shown < fitting.length ? ", the first " + shown + " are shown" : "");
    more.hidden = all.hidden = shown === fitting.length;
  }
  function select() {
    var words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    fitting = rows.filter(function (one) {
      return (!outcome.value || one.outcome === outcome.value) && words.every(function (word) { return one.text.indexOf(word) >= 0; });
    });
    limit = STEP;
    draw();
  }
  function key(one, column) {
    var cell = one.row.cells[column];
    return cell.dataset.key || cell.textContent;
  }
  each(heads, function (head, column) {
    head.querySelector("button").addEventListener("click", function () {
      var up = head.getAttribute("aria-sort") !== "ascending";
      each(heads, function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      var order = new Intl.Collator("en", { numeric: true }).compare;
      rows.forEach(function (one) { one.key = key(one, column); });
      rows.sort(function (a, b) { return up ? order(a.key, b.key) : order(b.key, a.key); });
      select();
    });
  });
  each(document.querySelectorAll("a[data-filter]"), function (link) {
    link.addEventListener("click", function () {
      outcome.value = "";
      filter.value = link.dataset.filter;
      select();
    });
  });
  // From a proof to its attempt, wherever it stands in the list.
  each(document.querySelectorAll("a[data-tx]"), function (link) {
    link.addEventListener("click", function (event) {
      var place = rows.findIndex(function (one) { return one.row.id === link.dataset.tx; });
      if (place < 0) { return; }
      event.preventDefault();
      outcome.value = "";
      filter.value = "";
      select();
      limit = Math.max(limit, place + 1);
      draw();
      each(document.querySelectorAll("tr.shown"), function (row) { row.classList.remove("shown"); });
      rows[place].row.classList.add("shown");
      rows[place].row.scrollIntoView({ block: "center" });
    });
  });
  // And from an attempt to what is said of its cause.
  table.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-show]");
    if (!link) { return; }
    var customer = table.className === "several" ? link.closest("tr").cells[8].textContent : "";
    var found = Array.prototype.filter.call(document.querySelectorAll(".finding"), function (finding) {
      var head = finding.parentNode.querySelector("h2");
      return finding.dataset.cause === link.dataset.show && (!customer || head.textContent.indexOf(customer + " ") === 0);
    })[0];
    if (!found) { return; }
    event.preventDefault();
    found.open = true;
    found.scrollIntoView();
  });
  filter.addEventListener("input", select);
  outcome.addEventListener("input", select);
  more.addEventListener("click", function () { limit += STEP; draw(); });
  all.addEventListener("click", function () { limit = rows.length; draw(); });
  select();
})();
