# Delivers messages to the socket of a syslog daemon, as the C library does (RFC 3164 without a host). See SyslogHelper.
use Socket;
my ($path, $tag) = @ARGV;
my @months = qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec);
my ($open, $end);
$SIG{$_} = 'IGNORE' for qw(HUP INT QUIT TERM PIPE);
$SIG{ALRM} = sub { alarm 1 };
binmode STDIN;

sub open_socket {
    for my $type (SOCK_DGRAM, SOCK_STREAM) {
        close S;
        $end = $type == SOCK_STREAM ? "\0" : '';
        return $open = 1 if socket S, PF_UNIX, $type, 0 and connect S, pack_sockaddr_un $path;
    }
    return 0;
}

sub attempt {
    my $message = shift;
    alarm 5;
    unless ($open or open_socket) {
        my $reason = $!{EINTR} ? 'it takes nothing for 5 s' : "$!";
        alarm 0;
        return "$path: $reason";
    }
    $message .= $end;
    my $sent = send S, $message, 0;
    my $reason = $!{EINTR} ? 'it takes nothing for 5 s' : "$!";
    alarm 0;
    return '' if defined $sent and $sent == length $message;
    $open = 0;
    return "$path: $reason";
}

sub deliver {
    my $message = shift;
    my $reason = attempt $message;
    $reason = attempt $message if $reason ne '' and $reason !~ /takes nothing/;
    if ($reason =~ /too long/) {
        $message = substr $message, 0, 1000;
        $message =~ s/[\xc0-\xff]?[\x80-\xbf]*$//;
        $reason = attempt "$message [cut]";
    }
    return $reason;
}

while (4 == read STDIN, my $length, 4) {
    my $size = unpack 'N', $length;
    last unless $size == read STDIN, my $text, $size;
    my $priority = ord substr $text, 0, 1, '';
    my @now = localtime;
    my $reason = deliver sprintf '<%d>%s %2d %02d:%02d:%02d %s: %s', $priority, $months[$now[4]], @now[3, 2, 1, 0], $tag, $text;
    $reason =~ tr/\n/ /;
    syswrite STDOUT, "$reason\n" or last;
}
exit 0;
