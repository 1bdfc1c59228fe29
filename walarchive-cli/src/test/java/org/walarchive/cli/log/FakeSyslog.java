package org.walarchive.cli.log;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.walarchive.core.testing.Await;

/** Listens as a syslog daemon does; Java has no such sockets, so that it is a process of perl. */
public final class FakeSyslog implements AutoCloseable {

    private static final String LISTENER = """
            use Socket;
            my ($path, $kind) = @ARGV;
            my $type = $kind eq 'stream' ? SOCK_STREAM : SOCK_DGRAM;
            unlink $path;
            umask 0;
            socket S, PF_UNIX, $type, 0 and bind S, pack_sockaddr_un $path or die "$path: $!";
            listen S, 5 or die $! if $kind eq 'stream';
            $| = 1;
            print "ready\\n";
            if ($kind eq 'deaf') {
                <STDIN>;
            } elsif ($kind eq 'stream') {
                $/ = "\\0";
                while (accept C, S) {
                    while (<C>) { chomp; print unpack('H*', $_), "\\n" }
                }
            } else {
                print unpack('H*', $message), "\\n" while defined recv S, $message, 1000000, 0;
            }
            """;

    private final Process process;
    private final List<String> messages = new CopyOnWriteArrayList<>();

    private FakeSyslog(Process process) {
        this.process = process;
    }

    /** Starts one; the test is skipped where there is no perl. */
    public static FakeSyslog start(Path socket) throws IOException {
        return start(socket, "datagram");
    }

    /** Starts one that is {@code datagram}, {@code stream} or {@code deaf}. */
    static FakeSyslog start(Path socket, String kind) throws IOException {
        requireProgram("perl");
        Process process = new ProcessBuilder("perl", "-e", LISTENER, socket.toString(), kind)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        FakeSyslog fake = new FakeSyslog(process);
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        if (!"ready".equals(lines.readLine())) {
            throw new IOException("perl does not listen on " + socket);
        }
        Thread reader = new Thread(
                () -> lines.lines()
                        .map(line -> new String(HexFormat.of().parseHex(line), StandardCharsets.UTF_8))
                        .forEach(fake.messages::add),
                "fake-syslog");
        reader.setDaemon(true);
        reader.start();
        return fake;
    }

    /** Skips the test where there is no such program. */
    static void requireProgram(String name) {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name))),
                name + " is not on the PATH");
    }

    /** Waits for the first so many messages, and returns all there are. */
    public List<String> awaitMessages(int count) {
        Await.until(count + " messages, of " + messages, Duration.ofSeconds(60), () -> messages.size() >= count);
        return List.copyOf(messages);
    }

    /** Waits for a message that has a text. */
    public void awaitMessage(String text) {
        Await.until(
                "a message has \"" + text + "\", of " + messages,
                Duration.ofSeconds(60),
                () -> messages.stream().anyMatch(message -> message.contains(text)));
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
