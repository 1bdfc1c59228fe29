package org.walarchive.core.agent;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.walarchive.LocalFileException;
import org.walarchive.ReadRateLimit;

/** Asks the agent of a server, wherever it runs, how fast base backups may read, or tells it. */
public final class ReadRateQuery {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LONGEST_ANSWER = 64;

    private ReadRateQuery() {}

    /** See {@link org.walarchive.WalArchive#limitClusterReads}. */
    public static void change(Path directory, ReadRateLimit limit) throws LocalFileException {
        Path socket = WalPlace.of(directory).socket();
        OptionalLong wanted = limit.bytesPerSecond();
        try {
            OptionalLong now = ask(socket, ReadRateText.of(wanted), PATIENCE);
            if (!now.equals(wanted)) {
                throw new IOException("it says that the limit is " + ReadRateText.of(now));
            }
        } catch (ConnectException e) {
            throw noAgent(directory, e);
        } catch (IOException | IllegalArgumentException e) {
            if (!Files.exists(socket)) {
                throw noAgent(directory, e);
            }
            throw new LocalFileException(
                    "the agent at " + socket + " did not take the read rate limit",
                    e.toString(),
                    "Does the command run as the agent's user, and is the agent of the same release?",
                    e);
        }
    }

    private static LocalFileException noAgent(Path directory, Exception cause) {
        return new LocalFileException(
                "no agent serves " + directory,
                "The limit of running base backups is changed through the agent.",
                "Start one: base backups that run already find it.",
                cause);
    }

    /**
     * Asks once.
     *
     * @param question as {@link ReadRateText#heed} wants it
     * @return the limit from now on; empty for none
     */
    static OptionalLong ask(Path socket, String question, Duration patience) throws IOException {
        try (Connection connection = Connection.to(socket)) {
            connection.limit(patience);
            connection.write(Message.bytes(Message.READ_RATE, question));
            int first = connection.input().read();
            if (first != Answer.OK.code()) {
                throw new IOException("the answer begins with " + first);
            }
            byte[] text = connection.input().readNBytes(LONGEST_ANSWER);
            return ReadRateText.parseAnswer(new String(text, StandardCharsets.US_ASCII));
        }
    }
}
