package org.walarchive.core.codec;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much memory an action asks for. */
final class Allocation {

    private Allocation() {}

    static long of(Runnable action) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        action.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
