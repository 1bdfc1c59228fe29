package org.walarchive.cli.log;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A process that hands messages to the syslog daemon, whose socket is of a kind that Java does not have. It ends by itself, with 0, when its
 * input does. Each message is answered by a line: empty, or why it was not delivered.
 */
final class SyslogHelper implements AutoCloseable {

    /** A program, its options before a script, and the script. */
    record Kind(String program, String option, String script) {}

    /** Quickest first. */
    static final List<Kind> KINDS =
            List.of(new Kind("perl", "-e", "syslog.pl"), new Kind("python3", "-ISc", "syslog.py"));

    private final Process process;
    private final DataOutputStream messages;
    private final InputStream answers;

    private SyslogHelper(Process process) {
        this.process = process;
        this.messages = new DataOutputStream(process.getOutputStream());
        this.answers = process.getInputStream();
    }

    /**
     * Starts the process.
     *
     * @throws IOException if this machine does not have the program
     */
    static SyslogHelper start(Kind kind, Path socket, String tag) throws IOException {
        try (InputStream script = SyslogHelper.class.getResourceAsStream(kind.script())) {
            ProcessBuilder builder = new ProcessBuilder(
                            kind.program(),
                            kind.option(),
                            new String(script.readAllBytes(), StandardCharsets.UTF_8),
                            socket.toString(),
                            tag)
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().keySet().retainAll(Set.of("PATH", "TZ"));
            return new SyslogHelper(builder.start());
        }
    }

    /**
     * Has a message delivered, and waits for that.
     *
     * @return why it was not delivered; empty if it was
     * @throws IOException if the process does not answer any more
     */
    Optional<String> deliver(int priority, byte[] text) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(text.length + 5);
        DataOutputStream fields = new DataOutputStream(frame);
        fields.writeInt(text.length + 1);
        fields.writeByte(priority);
        fields.write(text);
        frame.writeTo(messages);
        messages.flush();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = answers.read(); c != '\n'; c = answers.read()) {
            if (c < 0) {
                throw new IOException("the helper has ended");
            }
            line.write(c);
        }
        return line.size() == 0 ? Optional.empty() : Optional.of(line.toString(StandardCharsets.UTF_8));
    }

    /** Ends its input. It is not killed: an orphan with another exit code than 0 may end a server in a container. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already.
            return;
        }
    }
}
