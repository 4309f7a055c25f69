(function () {
  "use strict";
  var table = document.getElementById("attempts");
  if (!table) { return; }
  var body = table.tBodies[0];
  var filter = document.getElementById("filter");
  var told = document.getElementById("told");
  function show() {
    var words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    var count = 0;
    Array.prototype.forEach.call(body.rows, function (row) {
      var text = row.textContent.toLowerCase();
      var fits = words.every(function (word) { return text.indexOf(word) >= 0; });
      row.hidden = !fits;
      count += fits ? 1 : 0;
    });
    told.textContent = count + " of " + body.rows.length + " shown";
  }
  function key(row, column) {
    var cell = row.cells[column];
    return cell.dataset.key || cell.textContent;
  }
  Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
    head.querySelector("button").addEventListener("click", function () {
      var up = head.getAttribute("aria-sort") !== "ascending";
      Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      Array.prototype.slice.call(body.rows).sort(function (a, b) {
        var order = key(a, column).localeCompare(key(b, column), undefined, { numeric: true });
        return up ? order : -order;
      }).forEach(function (row) { body.appendChild(row); });
    });
  });
  filter.addEventListener("input", show);
  window.addEventListener("beforeprint", function () {
    Array.prototype.forEach.call(document.querySelectorAll("details"), function (part) { part.open = true; });
  });
  show();
})();
