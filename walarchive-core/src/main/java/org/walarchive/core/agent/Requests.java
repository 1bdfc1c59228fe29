package org.walarchive.core.agent;

import org.walarchive.postgres.WalFileName;

/** What clients may ask for. */
interface Requests {

    Answer check();

    /** Answers OK only when the file is durable in the archive. */
    Answer push(WalFileName name);

    /** Answers OK only when the file stands at the target, whole, checked and synced. */
    Answer fetch(FetchArguments arguments);

    /** As {@link StatusText}. */
    String status();
}
