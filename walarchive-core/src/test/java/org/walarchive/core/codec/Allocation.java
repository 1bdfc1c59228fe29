package org.walarchive.core.codec;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much memory an action asks for. */
final class Allocation {

    private Allocation() {}

    /** Returns the bytes that the thread asked for. The action runs twice: what its first run loads is not counted. */
    static long of(Runnable action) {
        action.run();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        action.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
