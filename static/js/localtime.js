// data-localtime on <time datetime="…Z">: adds the visitor's own time when it differs from the time that is printed.
import { fill, locale } from "./words.js";

export function enhance(time) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime())) return;
  if (sameClock(time.dateTime, at)) return;
  const isShort = time.dataset.localtime === "short";
  const options = isShort ? { hour: "2-digit", minute: "2-digit" } : { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
  const own = new Intl.DateTimeFormat(locale(), options).format(at);
  const line = document.createElement("span");
  line.className = "when__own";
  line.textContent = fill(time.dataset.localtimeText ?? "{time}", { time: own });
  time.append(" ", line);
}

// The attribute carries the offset of the venue, as in 2027-05-03T09:00+02:00; "Z" tells nothing about the venue.
function sameClock(text, at) {
  const offset = /([+-])(\d\d):?(\d\d)$/.exec(text);
  if (!offset) return false;
  const minutes = (offset[1] === "-" ? 1 : -1) * (Number(offset[2]) * 60 + Number(offset[3]));
  return minutes === at.getTimezoneOffset();
}
