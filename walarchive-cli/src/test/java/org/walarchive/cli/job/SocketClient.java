package org.walarchive.cli.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.walarchive.core.testing.OrdinaryUser;

/** A client of the agent that is none of ours: what WAL-G's {@code walg-daemon-client} does, in Perl. */
final class SocketClient {

    private static final String PROGRAM = """
            use strict;
            use IO::Socket::UNIX;
            my ($path, $type, @arguments) = @ARGV;
            my $failure = $type eq 'f' ? 255 : 1;
            $SIG{PIPE} = 'IGNORE';
            my $socket = IO::Socket::UNIX->new(Peer => $path) or exit $failure;
            my $body = $type eq 'F' ? $arguments[0]
                : $type eq 'f' ? chr(@arguments) . join('', map { pack('n/a*', $_) } @arguments) : '';
            syswrite($socket, pack('a1 n', $type, 3 + length $body) . $body);
            my $answer = '';
            sysread($socket, $answer, 1);
            print $answer if $type eq 'S';
            exit($answer eq 'O' ? 0 : $answer eq 'N' ? 1 : $failure);
            """;

    private final Path program;

    SocketClient(CliProcess cli) {
        program = cli.path("client.pl");
        try {
            Files.writeString(program, PROGRAM);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        OrdinaryUser.give(program);
    }

    static Path socket(Path walDirectory) {
        return walDirectory.resolve(".walarchive/agent.socket");
    }

    /**
     * Sends a request and exits as a command would.
     *
     * @param as the beginning of a command line that has another user run the rest
     * @param request its type, and what that needs
     */
    Process start(List<String> as, Path socket, String... request) throws IOException {
        List<String> command = new ArrayList<>(as);
        command.addAll(List.of("perl", program.toString(), socket.toString()));
        command.addAll(List.of(request));
        return new ProcessBuilder(command).start();
    }

    /** Returns an {@code archive_command}. */
    String push() {
        return "perl '" + program + "' pg_wal/.walarchive/agent.socket F %f";
    }

    /** Returns a {@code restore_command}. */
    String fetch() {
        return "perl '" + program + "' pg_wal/.walarchive/agent.socket f %f %p";
    }
}
