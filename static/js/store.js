// A copy in this browser, for the person who typed it: the next one at a shared computer is not offered it, and whoever signs
// out takes the own copies along. Storage may be full or forbidden: then there is no copy, and nothing else breaks.
const PREFIX = "rostrum:";
const KEEP_DAYS = 60;

export function person() {
  return document.documentElement.dataset.person ?? "";
}

export function keep(key, value) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), value, who: person() }));
    return true;
  } catch {
    return false;
  }
}

export function kept(key) {
  try {
    const found = JSON.parse(localStorage.getItem(PREFIX + key));
    return found && isOf(found, person()) && Date.now() - found.at < KEEP_DAYS * 86_400_000 ? found : null;
  } catch {
    return null;
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing was kept, so there is nothing to forget.
  }
}

// The copies of somebody who has signed out.
export function forgetThoseOf(who) {
  try {
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
      if (isOf(JSON.parse(localStorage.getItem(key)), who)) localStorage.removeItem(key);
    }
  } catch {
    // What cannot be read is nobody's copy.
  }
}

// What was typed before anybody had signed in belongs to whoever does.
function isOf(copy, who) {
  return !copy.who || copy.who === who;
}

// Which form was sent from this tab, until the next page tells whether it arrived.
const SENT = `${PREFIX}sent`;

export function markSent(key) {
  note(SENT, key);
}

export function isSent(key) {
  try {
    return sessionStorage.getItem(SENT) === key;
  } catch {
    return false;
  }
}

export function takeSent() {
  return take(SENT);
}

// Who is on the way out, until the next page tells whether that arrived: without a network nobody has signed out.
const LEAVING = `${PREFIX}leaving`;

export function markLeaving() {
  note(LEAVING, person());
}

export function takeLeaving() {
  return take(LEAVING);
}

function note(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // Then the copy stays and is offered again, which loses nothing.
  }
}

function take(name) {
  try {
    const value = sessionStorage.getItem(name);
    sessionStorage.removeItem(name);
    return value;
  } catch {
    return null;
  }
}
