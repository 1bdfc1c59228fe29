# Delivers messages to the socket of a syslog daemon, as the C library does (RFC 3164 without a host). See SyslogHelper.
import errno, os, signal, socket, sys, time

path, tag = sys.argv[1:3]
months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
channel, end = None, b""
for name in "SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGPIPE":
    signal.signal(getattr(signal, name), signal.SIG_IGN)


def open_socket():
    global channel, end
    failure = None
    for kind, ending in (socket.SOCK_DGRAM, b""), (socket.SOCK_STREAM, b"\0"):
        channel, end = socket.socket(socket.AF_UNIX, kind), ending
        channel.settimeout(5)
        try:
            return channel.connect(path)
        except OSError as e:
            failure = e
    channel = None
    raise failure


def attempt(message):
    global channel
    if channel is None:
        open_socket()
    try:
        channel.sendall(message + end)
    except OSError:
        channel = None
        raise


def deliver(message):
    try:
        try:
            attempt(message)
        except socket.timeout:
            raise
        except OSError:
            attempt(message)
    except OSError as e:
        if e.errno != errno.EMSGSIZE:
            raise
        attempt(message[:1000].decode("utf-8", "ignore").encode() + b" [cut]")


def read(size):
    content = b""
    while len(content) < size:
        more = os.read(0, size - len(content))
        if not more:
            sys.exit(0)
        content += more
    return content


while True:
    text = read(int.from_bytes(read(4), "big"))
    now = time.localtime()
    header = "<%d>%s %2d %02d:%02d:%02d %s: " % ((text[0], months[now[1] - 1]) + now[2:6] + (tag,))
    reason = ""
    try:
        deliver(header.encode() + text[1:])
    except socket.timeout:
        reason = path + ": it takes nothing for 5 s"
    except OSError as e:
        reason = path + ": " + str(e.strerror)
    try:
        os.write(1, (reason + "\n").encode())
    except OSError:
        sys.exit(0)
