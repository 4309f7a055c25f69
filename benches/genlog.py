#!/usr/bin/env python3
"""Makes logs to measure with, the same ones each time; beside each log NAME its totals in NAME.truth.

    genlog.py log KIND MIB FILE                  one log of that size
    genlog.py tree FOLDERS FILES KIB DIR [KIND,] customers: folders with so many logs each, of these kinds in turn
KIND: chat (as MailKit writes it, hardly any message data), data (the same with attachments), indy."""

import datetime
import json
import os
import random
import sys

BASE64 = "JVBERi0xLjQKJcfsj6IKNSAwIG9iago8PC9MZW5ndGggNiAwIFIvRmlsdGVyIC9GbGF0ZURlY29kZT4+"


class Mails:
    """Mails of many practices: one in `fates` each cannot sign in, has an unknown recipient, is too large."""

    def __init__(self, kind, seed=7, fates=20):
        self.kind = kind
        self.fates = fates
        self.random = random.Random(seed)
        self.time = datetime.datetime(2025, 1, 6, 6, 0, 0)
        self.totals = {"transactions": 0, "auth.rejected": 0, "recipient.unknown": 0, "attachment.too-large": 0, "sent": 0}

    def next(self):
        """The lines of one more mail, as text."""
        chance, i = self.random, self.totals["transactions"] + 1
        self.totals["transactions"] = i
        self.time += datetime.timedelta(seconds=chance.randrange(1, 90))
        fate = chance.randrange(self.fates)
        data = chance.randrange(4, 400) if self.kind == "data" else 0
        host, sender = f"mail.practice{i % 997}.example.co.za", f"accounts@practice{i % 997}.example.co.za"
        to = f"patient{i}@example.com"
        said = [
            ("S", f"220 {host} ESMTP Postfix"),
            ("C", "EHLO RECEPTION-PC"),
            ("S", f"250-{host}\n250-PIPELINING\n250-SIZE 26214400\n250-STARTTLS\n250-ENHANCEDSTATUSCODES\n250 8BITMIME"),
            ("C", "STARTTLS"),
            ("S", "220 2.0.0 Ready to start TLS"),
            ("C", "EHLO RECEPTION-PC"),
            ("S", f"250-{host}\n250-AUTH PLAIN LOGIN\n250 SIZE 26214400"),
            ("C", "AUTH PLAIN ********"),
        ]
        if fate == 0:
            said.append(("S", "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6"))
            self.totals["auth.rejected"] += 1
        else:
            said += [
                ("S", "235 2.7.0 Authentication successful"),
                ("C", f"MAIL FROM:<{sender}> SIZE={chance.randrange(4000000)}"),
                ("S", "250 2.1.0 Ok"),
                ("C", f"RCPT TO:<{to}>"),
            ]
            said += self.message(fate, i, to, data)
        said += [("C", "QUIT"), ("S", "221 2.0.0 Bye")]
        return self.written(host, said)

    def message(self, fate, i, to, data):
        if fate == 1:
            self.totals["recipient.unknown"] += 1
            return [("S", f"550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual mailbox table")]
        said = [("S", "250 2.1.5 Ok"), ("C", "DATA"), ("S", "354 End data with <CR><LF>.<CR><LF>")]
        said.append(("C", f"Subject: Statement {i}"))
        if data:
            said.append(("C", 'Content-Type: application/pdf; name="statement.pdf"'))
        said.append(("C", ""))
        said += [("C", BASE64[j % 9 :] + BASE64[: j % 9]) for j in range(data)] + [("C", ".")]
        if fate == 2:
            self.totals["attachment.too-large"] += 1
            return said + [("S", "552 5.3.4 Error: message file too big")]
        self.totals["sent"] += 1
        return said + [("S", f"250 2.0.0 Ok: queued as {self.random.getrandbits(40):010X}")]

    def written(self, host, said):
        if self.kind == "indy":
            stamp = self.time.strftime("%Y/%m/%d %H:%M:%S")
            lines = ("%s%s: %s<EOL>\r\n" % ("Recv " if side == "S" else "Sent ", stamp, text.replace("\n", "<EOL>")) for side, text in said)
            return "Stat Connected.\r\n" + "".join(lines) + "Stat Disconnected.\r\n"
        stamp = self.time.strftime("%Y-%m-%dT%H:%M:%SZ ")
        lines = (f"{stamp}{side}: {line}\r\n" for side, text in said for line in text.split("\n"))
        return f"{stamp}Connected to smtp://{host}:587/?starttls=always\r\n" + "".join(lines)


def write(mails, size, path):
    """Mails until the file has that size."""
    done = 0
    with open(path, "w", newline="", buffering=1 << 20) as file:
        while done < size:
            text = mails.next()
            file.write(text)
            done += len(text)


def truth(totals, path):
    with open(path + ".truth", "w") as file:
        file.write(json.dumps(totals) + "\n")


def log(kind, mib, path):
    mails = Mails(kind)
    write(mails, int(mib) << 20, path)
    truth(mails.totals, path)


def tree(folders, files, kib, path, kinds="chat"):
    sums, kinds = {}, kinds.split(",")
    for folder in range(int(folders)):
        name = os.path.join(path, f"site-{folder:04}")
        os.makedirs(name, exist_ok=True)
        for n in range(int(files)):
            mails = Mails(kinds[n % len(kinds)], folder * 1000 + n, 20 if folder % 6 else 6)
            write(mails, int(kib) << 10, os.path.join(name, f"maillog-{n:02}.txt"))
            sums = {key: sums.get(key, 0) + count for key, count in mails.totals.items()}
    truth(sums, path)


if __name__ == "__main__":
    {"log": log, "tree": tree}[sys.argv[1]](*sys.argv[2:])
