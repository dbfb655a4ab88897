#!/bin/sh
# Turns a table of who is what in which group into mosquitto's access list: make-acl.sh access.txt > anyecg.acl
# A line is: role user group [stream]. Roles: device (its stream is named like its user unless given), worker, backend, and canary: what a
# worker's canary sends and hears with the worker's own name, beside a worker line for that group (canary-{Worker:Id} unless set otherwise).
# Names are those of topic levels: no space, no + # / and no leading _ for a group.
exec awk '
function fail(why) { printf "%s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"; bad = 1; exit 2 }
BEGIN { print "# Written by make-acl.sh: change its table instead. What is not allowed here is denied." }
{ sub(/\r$/, "") }
/^[ \t]*(#|$)/ { next }
NF < 3 || NF > 4 { fail("role user group [stream]") }
{
  for (i = 1; i <= NF; i++) if ($i ~ /[+#\/%]/) fail("a name has no + # / or %")
  if ($3 ~ /^_/) fail("a group does not begin with _")
  rules = ""
}
$1 == "device" {
  stream = NF == 4 ? $4 : $2
  if ((owner = taken[$3 "/" stream]) != "" && owner != $2) fail("two users for one stream")
  taken[$3 "/" stream] = $2
  in_ = "ecg/v1/" $3 "/" stream
  rules = "topic write " in_ "/meta\ntopic write " in_ "/frame\ntopic write " in_ "/status\ntopic write " in_ "/mark"
}
$1 == "worker" {
  in_ = "ecg/v1/" $3 "/+"; out = "anyecg/v1/" $3 "/+"
  rules = "topic read " in_ "/meta\ntopic read " in_ "/frame\ntopic read " in_ "/status\ntopic read " in_ "/mark\ntopic read " out "/cmd\n" \
    "topic write " out "/alert\ntopic readwrite " out "/alert/+\ntopic write " out "/rhythm\n" \
    "topic write anyecg/v1/_worker/" $2 "/status\ntopic write anyecg/v1/_worker/" $2 "/alert\ntopic readwrite anyecg/v1/_worker/" $2 "/alert/+\n" \
    "topic write anyecg/v1/_answer/#"
}
$1 == "canary" {
  in_ = "ecg/v1/" $3 "/" $2; out = "anyecg/v1/" $3 "/" $2
  rules = "topic write " in_ "/meta\ntopic write " in_ "/frame\ntopic read " out "/alert\ntopic write " out "/cmd"
}
$1 == "backend" {
  out = "anyecg/v1/" $3 "/+"
  rules = "topic read " out "/alert\ntopic read " out "/alert/+\ntopic read " out "/rhythm\ntopic write " out "/cmd\ntopic read anyecg/v1/_worker/+/status\n" \
    "topic read anyecg/v1/_worker/+/alert\ntopic read anyecg/v1/_worker/+/alert/+\ntopic read anyecg/v1/_answer/" $2 "/#"
}
rules == "" { fail("the role is device, worker, backend or canary") }
{ if (!($2 in all)) order[++users] = $2; all[$2] = all[$2] rules "\n" }
END { if (!bad) for (i = 1; i <= users; i++) printf "\nuser %s\n%s", order[i], all[order[i]] }
' "$@"
