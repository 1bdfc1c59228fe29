package org.walarchive.cli;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.walarchive.ArchiveException;
import org.walarchive.ReadRateLimit;
import org.walarchive.agent.AgentStatus;
import org.walarchive.agent.ArchiveAgent;

/** An agent that does nothing, and ends at once. */
final class ScriptedAgent implements ArchiveAgent {

    static final AgentStatus IDLE = new AgentStatus(
            AgentStatus.State.RUNNING,
            OptionalLong.of(42),
            Optional.of("file://localhost/srv/a"),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            AgentStatus.Backlog.EMPTY,
            AgentStatus.Archiving.NONE,
            Optional.empty(),
            AgentStatus.Fetching.NONE,
            Optional.empty(),
            AgentStatus.Dropped.NONE);

    private final Calls calls;

    /** Remembers calls, and fails as the test says. */
    interface Calls {
        void call(String what) throws ArchiveException, InterruptedException;
    }

    ScriptedAgent(Calls calls) {
        this.calls = calls;
    }

    @Override
    public void start() throws ArchiveException {
        try {
            calls.call("agent start");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public AgentStatus status() {
        return IDLE;
    }

    @Override
    public ReadRateLimit clusterReadRateLimit() {
        return ReadRateLimit.none();
    }

    @Override
    public boolean isResponsive() {
        return true;
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @Override
    public void close() {
        try {
            calls.call("agent close");
        } catch (ArchiveException | InterruptedException e) {
            return;
        }
    }
}
