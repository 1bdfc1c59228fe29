package org.walarchive.cli.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.walarchive.core.testing.OrdinaryUser;

/** A client of the agent that is none of ours: what WAL-G's {@code walg-daemon-client} does, in Perl. */
final class SocketClient {

    private static final String PROGRAM = """
            use strict;
            use IO::Socket::UNIX;
            my ($path, $type, @arguments) = @ARGV;
            my $failure = $type eq 'F' ? 1 : 255;
            my $socket = IO::Socket::UNIX->new(Peer => $path) or exit $failure;
            my $body = $type eq 'F' ? $arguments[0] : chr(@arguments) . join('', map { pack('n/a*', $_) } @arguments);
            syswrite($socket, pack('a1 n', $type, 3 + length $body) . $body);
            my $answer = '';
            sysread($socket, $answer, 1);
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

    /** Returns an {@code archive_command}. */
    String push() {
        return "perl '" + program + "' pg_wal/.walarchive/agent.socket F %f";
    }

    /** Returns a {@code restore_command}. */
    String fetch() {
        return "perl '" + program + "' pg_wal/.walarchive/agent.socket f %f %p";
    }
}
