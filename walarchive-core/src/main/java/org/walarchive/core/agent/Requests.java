package org.walarchive.core.agent;

import java.util.Optional;
import org.walarchive.ReadRateLimit;
import org.walarchive.postgres.WalFileName;

/** What clients may ask for. */
interface Requests {

    Answer check();

    /** Answers OK only when the file is durable in the archive, or was dropped as the archive's limit demands. */
    Answer push(WalFileName name);

    /**
     * Answers OK only when the file stands at the target, whole and checked.
     *
     * @return empty where the agent cannot try: recovery would stop at an error, and a client that is hung up on may fetch by itself
     */
    Optional<Answer> fetch(FetchArguments arguments);

    /** As {@link StatusText}. */
    String status();

    /** The limit that base backups of this server follow, to be read or changed. */
    ReadRateLimit readRate();
}
