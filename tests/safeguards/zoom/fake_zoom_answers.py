"""What the stand-in for Zoom answers while nothing is spoilt: tokens, settings, pages of rows."""
import base64, copy, fnmatch, hmac, json, os, re, secrets, threading, time
from urllib.parse import unquote

OPS = [
    (r"/v2/accounts/([^/]+)/settings", "GET /accounts/{accountId}/settings", "account:read:settings:admin", "Medium"),
    (r"/v2/accounts/([^/]+)/lock_settings", "GET /accounts/{accountId}/lock_settings", "account:read:lock_settings:admin", "Medium"),
    (r"/v2/users", "GET /users", "user:read:list_users:admin", "Medium"),
    (r"/v2/users/([^/]+)/settings", "GET /users/{userId}/settings", "user:read:settings:admin", "Medium"),
    (r"/v2/groups", "GET /groups", "group:read:list_groups:admin", "Medium"),
    (r"/v2/groups/([^/]+)/settings", "GET /groups/{groupId}/settings", "group:read:settings:admin", "Medium"),
    (r"/v2/groups/([^/]+)/lock_settings", "GET /groups/{groupId}/lock_settings", "group:read:lock_settings:admin", "Medium"),
    (r"/v2/meetings/([^/]+)", "GET /meetings/{meetingId}", "meeting:read:meeting:admin", "Light"),
]
ALL_SCOPES = " ".join(op[2] for op in OPS)
OPTIONS = {"meeting_authentication", "recording_authentication", "security", "meeting_security"}


class State:
    def __init__(self, scenario, folder):
        self.lock = threading.RLock()
        self.folder = folder
        self.load(scenario)

    def load(self, scenario):
        with self.lock:
            self.scenario = scenario
            bundle = scenario.get("bundle", {})
            if isinstance(bundle, str):
                with open(os.path.join(self.folder, bundle), encoding="utf-8") as f:
                    bundle = json.load(f)
            self.data = copy.deepcopy(bundle.get("responses", bundle))
            self.cred = {"account_id": "acc-demo", "client_id": "demo-client", "client_secret": "demo-secret", **scenario.get("credentials", {})}
            self.token = {"expires_in": 3600, **scenario.get("token", {})}
            self.faults = scenario.get("faults", [])
            self.reset()

    def reset(self):
        with self.lock:
            self.counts = [0] * len(self.faults)
            self.tokens, self.pages, self.log, self.offset, self.issued = {}, {}, [], 0.0, 0

    def now(self):
        return time.time() + self.offset

    def fault(self, method, path, option):
        hit = None
        with self.lock:
            for i, f in enumerate(self.faults):
                m = f.get("match", {})
                if m.get("method", method) != method or not fnmatch.fnmatchcase(path, m.get("path", "*")):
                    continue
                if "option" in m and m["option"] != option:
                    continue
                self.counts[i] += 1
                n = self.counts[i]
                if "calls" in f:
                    fits = n in f["calls"]
                else:
                    fits = f.get("from_call", 1) <= n <= f.get("to_call", n)
                if fits and hit is None:
                    hit = f
        return hit


def err(status, code, message):
    return status, {"code": code, "message": message}


def pick_fields(body, names):
    out = {}
    for sec, val in body.items():
        if isinstance(val, dict):
            got = {k: v for k, v in val.items() if k in names}
            if got:
                out[sec] = got
        elif sec in names:
            out[sec] = val
    return out


def normal_token(st, headers, form):
    try:
        kind, _, rest = headers.get("Authorization", "").partition(" ")
        user, _, pw = base64.b64decode(rest, validate=True).decode().partition(":")
        basic_ok = kind.lower() == "basic" and hmac.compare_digest(user, st.cred["client_id"]) and hmac.compare_digest(pw, st.cred["client_secret"])
    except Exception:
        basic_ok = False
    if not basic_ok:
        return 401, {"reason": "Invalid client_id or client_secret", "error": "invalid_client"}
    if form.get("grant_type") != ["account_credentials"]:
        return 400, {"reason": "unsupported grant type", "error": "unsupported_grant_type"}
    if form.get("account_id") != [st.cred["account_id"]]:
        return 400, {"reason": "Bad Request", "error": "invalid_request"}
    with st.lock:
        if st.token.get("invalidate_previous"):
            st.tokens.clear()
        st.issued += 1
        tok = "fake-%d-%s" % (st.issued, secrets.token_urlsafe(24))
        scope = st.token.get("scope", ALL_SCOPES)
        st.tokens[tok] = (st.now() + st.token["expires_in"], set(scope.split()))
    body = {"access_token": tok, "token_type": "bearer", "expires_in": st.token["expires_in"], "scope": scope}
    if st.token.get("api_url"):
        api = st.token["api_url"]
        body["api_url"] = "http://" + headers.get("Host", "") if api == "self" else api
    return 200, body


def normal_api(st, path, query, headers):
    for pattern, op, scope, label in OPS:
        m = re.fullmatch(pattern, path)
        if m:
            break
    else:
        return err(404, 404, "No such path in the fake.") + ("Light",)
    kind, _, tok = headers.get("Authorization", "").partition(" ")
    with st.lock:
        known = st.tokens.get(tok) if kind.lower() == "bearer" else None
    if known is None:
        return err(401, 124, "Invalid access token.") + (label,)
    if known[0] <= st.now():
        return err(401, 124, "Access token is expired.") + (label,)
    if scope not in known[1]:
        return err(st.token.get("scope_error_status", 400), 4711, "Invalid access token, does not contain scopes:[%s]." % scope) + (label,)
    ident = unquote(m.group(1)) if m.groups() else None
    option = query.get("option", [None])[0]
    table = st.data.get(op)
    if op in ("GET /users", "GET /groups"):
        return page(st, op, table, query) + (label,)
    if "{accountId}" in op:
        if ident not in ("me", st.cred["account_id"]):
            return err(404, 2001, "Account does not exist: %s." % ident) + (label,)
    else:
        table = (table or {}).get(ident)
        if table is None:
            code, what = {"users": (1001, "User"), "groups": (4130, "Group"), "meetings": (3001, "Meeting")}[path.split("/")[2]]
            return err(404, code, "%s does not exist: %s." % (what, ident)) + (label,)
        if "{meetingId}" in op:
            return 200, table, label
    if option is not None and option not in OPTIONS:
        return err(400, 300, "Validation Failed.") + (label,)
    key = option or "default"
    if not isinstance(table, dict) or key not in table:
        return err(400, 200, "Only available for paid account: %s." % st.cred["account_id"]) + (label,)
    body = table[key]
    fields = query.get("custom_query_fields", [None])[0]
    if fields and isinstance(body, dict):
        body = pick_fields(body, set(fields.split(",")))
    return 200, body, label


def page(st, op, table, query):
    name = op.rsplit("/", 1)[1]
    rows = table.get(name) if isinstance(table, dict) else None
    if not isinstance(rows, list):
        return 200, table
    try:
        size = min(max(int(query.get("page_size", ["30"])[0]), 1), 300)
    except ValueError:
        return err(400, 300, "Validation Failed.")
    start, tok = 0, query.get("next_page_token", [""])[0]
    if tok:
        with st.lock:
            start, until = st.pages.get((op, tok), (None, 0))
        if start is None or until < st.now():
            return err(400, 300, "The next page token is invalid or expired.")
    status = query.get("status", [None])[0]
    if status:
        rows = [r for r in rows if r.get("status") == status]
    nxt = ""
    if start + size < len(rows):
        nxt = secrets.token_urlsafe(12)
        with st.lock:
            st.pages[(op, nxt)] = (start + size, st.now() + 900)
    return 200, {"page_size": size, "total_records": len(rows), "next_page_token": nxt, name: rows[start:start + size]}
