package org.walarchive.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.ReadRateLimit;
import org.walarchive.postgres.WalFileName;

@Timeout(60)
final class ClientsTest {

    private static final Requests REQUESTS = new Requests() {
        @Override
        public Answer check() {
            return Answer.OK;
        }

        @Override
        public Answer push(WalFileName name) {
            return Answer.OK;
        }

        @Override
        public Optional<Answer> fetch(FetchArguments arguments) {
            return Optional.of(Answer.ABSENT);
        }

        @Override
        public String status() {
            return "state=RUNNING\n";
        }

        @Override
        public ReadRateLimit readRate() {
            return ReadRateLimit.none();
        }
    };

    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    Path base;

    @Test
    void aClientThatCannotBeServedIsHungUpOn() throws Exception {
        Path socket = base.resolve("s");
        try (Listener listener = Listener.open(socket, channel -> {
                    throw new OutOfMemoryError("no thread, says the test");
                });
                TestClient client = new TestClient(listener.path())) {
            assertEquals("end", client.answer());
        }
    }

    @Test
    void aClientThatIsTooSlowIsHungUpOn() throws Exception {
        Duration moment = Duration.ofMillis(100);
        try (Clients clients = new Clients(REQUESTS, new Clients.Limits(moment, LONG));
                Listener listener = Listener.open(base.resolve("s"), clients::take);
                TestClient silent = new TestClient(listener.path())) {
            assertEquals("end", silent.answer());
        }
        try (Clients clients = new Clients(REQUESTS, new Clients.Limits(LONG, moment));
                Listener listener = Listener.open(base.resolve("t"), clients::take);
                TestClient slow = new TestClient(listener.path())) {
            slow.send(new byte[] {'F', 0});
            assertEquals("end", slow.answer());
        }
    }

    @Test
    void aMessageMayComeInPieces() throws Exception {
        Path socket = base.resolve("s");
        try (Clients clients = new Clients(REQUESTS, Clients.Limits.DEFAULT);
                Listener listener = Listener.open(socket, clients::take);
                TestClient client = new TestClient(listener.path())) {
            for (byte part : TestClient.push("00000001000000000000000A")) {
                client.send(new byte[] {part});
            }
            assertEquals("O", client.answer());
        }
    }
}
