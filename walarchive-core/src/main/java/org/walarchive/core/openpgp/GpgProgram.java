package org.walarchive.core.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.walarchive.Encryption;
import org.walarchive.core.codec.CorruptStreamException;

/**
 * The private keys in GnuPG's keeping: in its agent, or on a card. gpg is given the session keys without the content, and asked
 * for the one it can decrypt; so the content is decrypted, and its integrity verified, in one way whoever holds the key.
 */
final class GpgProgram implements SessionKeys {

    /** An encrypted content that is too short to be one: gpg tells the session key before it says so. */
    private static final byte[] NO_CONTENT = new byte[2 + 22];

    private static final Pattern SESSION_KEY =
            Pattern.compile("^\\[GNUPG:] SESSION_KEY (\\d+)(?:\\.\\d+)?:(\\p{XDigit}+)$", Pattern.MULTILINE);

    static {
        NO_CONTENT[0] = (byte) (0xC0 | PacketTag.INTEGRITY_PROTECTED);
        NO_CONTENT[1] = (byte) (NO_CONTENT.length - 2);
        NO_CONTENT[2] = 1;
    }

    /** Somebody may have to look for a card and type its PIN; at night nobody comes, and PostgreSQL waits for the command. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private final Encryption settings;
    private final Duration longestWait;
    /** Of the last message whose session key was found. */
    private volatile List<byte[]> known = List.of();

    GpgProgram(Encryption settings) {
        this(settings, LONGEST_WAIT);
    }

    GpgProgram(Encryption settings, Duration longestWait) {
        this.settings = settings;
        this.longestWait = longestWait;
    }

    @Override
    public SessionKey find(List<byte[]> packets) throws IOException {
        if (!Files.isDirectory(settings.gnupgHome())) { // gpg would make one
            throw new DecryptionException(
                    KeyIds.recipients(packets),
                    "It is encrypted to " + KeyIds.recipients(packets)
                            + "; no file of private keys is given that decrypts" + " it, and GnuPG's home directory "
                            + settings.gnupgHome() + " does not exist.",
                    "Set WALARCHIVE_PGP_PRIVATE_KEYS to the file of a private key, or GNUPGHOME to where gpg has it.",
                    null);
        }
        Answer answer = ask(packets);
        if (answer.key().isEmpty() && isAbleTo(packets)) {
            answer = ask(packets);
            if (answer.key().isEmpty()) {
                throw new CorruptStreamException(
                        "OpenPGP",
                        "its session key is damaged: " + settings.gpgProgram()
                                + " cannot decrypt it, and can decrypt that of another message to "
                                + KeyIds.recipients(packets),
                        0,
                        failure(packets, answer));
            }
        }
        Answer last = answer;
        SessionKey key = last.key().orElseThrow(() -> failure(packets, last));
        known = packets;
        return key;
    }

    /** Tells damage from a gpg that fails for now, such as one whose agent has forgotten a passphrase. */
    private boolean isAbleTo(List<byte[]> packets) throws IOException {
        List<byte[]> other = known;
        return !other.isEmpty()
                && KeyIds.recipients(other).equals(KeyIds.recipients(packets))
                && ask(other).key().isPresent();
    }

    private record Answer(Optional<SessionKey> key, String said, int exit) {}

    private Answer ask(List<byte[]> packets) throws IOException {
        Process process = start(packets);
        try {
            send(packets, process);
            // What it says is less than a pipe holds.
            if (!process.waitFor(longestWait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw noAnswer(packets);
            }
            try (InputStream output = process.getInputStream()) {
                String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
                return new Answer(sessionKey(said), said, process.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Returns a call of gpg that asks nobody anything. What it is not to know is not in its environment. */
    static ProcessBuilder command(Encryption settings, String... arguments) {
        List<String> words = new ArrayList<>(
                List.of(settings.gpgProgram(), "--homedir", settings.gnupgHome().toString(), "--batch", "--no-tty"));
        words.addAll(List.of(arguments));
        ProcessBuilder command = new ProcessBuilder(words);
        command.environment().put("LC_ALL", "C");
        command.environment().remove("WALARCHIVE_PGP_PASSPHRASE");
        return command;
    }

    private Process start(List<byte[]> packets) throws DecryptionException {
        try {
            return command(settings, "--status-fd", "1", "--show-session-key", "--output", "/dev/null", "--decrypt")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new DecryptionException(
                    KeyIds.recipients(packets),
                    "It is encrypted to " + KeyIds.recipients(packets) + "; no file of private keys is given that"
                            + " decrypts it, and " + settings.gpgProgram() + " cannot be run.",
                    "Set WALARCHIVE_PGP_PRIVATE_KEYS to the file of a private key, or install gpg and import the key.",
                    e);
        }
    }

    private static void send(List<byte[]> packets, Process process) {
        try (OutputStream input = process.getOutputStream()) {
            for (byte[] packet : packets) {
                input.write(KeyIds.packet(packet));
            }
            input.write(NO_CONTENT);
        } catch (IOException e) {
            return; // it ended before it read all, and its output says why
        }
    }

    private static Optional<SessionKey> sessionKey(String said) {
        Matcher matcher = SESSION_KEY.matcher(said);
        if (!matcher.find()) {
            return Optional.empty();
        }
        return Optional.of(new SessionKey(
                Integer.parseInt(matcher.group(1)), HexFormat.of().parseHex(matcher.group(2))));
    }

    private DecryptionException noAnswer(List<byte[]> packets) {
        return new DecryptionException(
                KeyIds.recipients(packets),
                "It is encrypted to " + KeyIds.recipients(packets) + ", and " + settings.gpgProgram()
                        + " with home directory " + settings.gnupgHome() + " has not answered for "
                        + longestWait.toSeconds() + " seconds.",
                "Does its agent wait for a passphrase, a PIN or a card? Give the agent the passphrase beforehand, or set"
                        + " WALARCHIVE_PGP_PRIVATE_KEYS to the file of a private key.",
                null);
    }

    private DecryptionException failure(List<byte[]> packets, Answer answer) {
        String reason = answer.said()
                .lines()
                .filter(line -> line.startsWith("gpg: ") && !line.contains("session key"))
                .map(line -> line.substring("gpg: ".length()).strip())
                .collect(Collectors.joining("; "));
        return new DecryptionException(
                KeyIds.recipients(packets),
                "It is encrypted to " + KeyIds.recipients(packets) + ", and " + settings.gpgProgram()
                        + " with home directory " + settings.gnupgHome() + " cannot decrypt it: "
                        + (reason.isEmpty() ? "it exited with " + answer.exit() : reason) + ".",
                "Is the private key in that home directory, owned by the user that runs the command, and has its agent the"
                        + " passphrase? Or set WALARCHIVE_PGP_PRIVATE_KEYS to the file of a private key.",
                null);
    }
}
