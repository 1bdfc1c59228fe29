package org.walarchive.core.agent;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.walarchive.LocalFileException;
import org.walarchive.agent.AgentStatus;

/** Asks the agent of a server, wherever it runs. */
public final class StatusQuery {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LONGEST_ANSWER = 64 * 1024;
    private static final byte[] QUESTION = {Message.STATUS, 0, 3};

    private StatusQuery() {}

    /** See {@link org.walarchive.WalArchive#agentStatus}. */
    public static AgentStatus of(Path directory) throws LocalFileException {
        WalPlace place = WalPlace.of(directory);
        Path socket = place.socket();
        try {
            return ask(socket);
        } catch (ConnectException e) {
            return none(place);
        } catch (IOException | IllegalArgumentException e) {
            if (!Files.exists(socket)) {
                return none(place);
            }
            throw new LocalFileException(
                    "the agent at " + socket + " does not answer",
                    e.toString(),
                    "Does the command run as the agent's user? If the agent hangs, restart it.",
                    e);
        }
    }

    private static AgentStatus ask(Path socket) throws IOException {
        try (Connection connection = Connection.to(socket)) {
            connection.limit(PATIENCE);
            connection.write(QUESTION);
            int first = connection.input().read();
            if (first != Answer.OK.code()) {
                throw new IOException("the answer begins with " + first);
            }
            byte[] text = connection.input().readNBytes(LONGEST_ANSWER);
            return StatusText.parse(new String(text, StandardCharsets.UTF_8));
        }
    }

    private static AgentStatus none(WalPlace place) {
        return new AgentStatus(
                AgentStatus.State.NONE,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                BacklogScan.of(place),
                AgentStatus.Archiving.NONE,
                Optional.empty(),
                AgentStatus.Fetching.NONE,
                Optional.empty(),
                DroppedScan.of(place, 0, 0));
    }
}
