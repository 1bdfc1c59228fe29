package org.walarchive.cli.job;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of loopback below those that systems give to clients, and to who asks for any: nobody takes one until it is bound, or bound again. */
final class QuietPort {

    private static final int FIRST = 10_000;
    private static final int COUNT = 10_000; // from 20000 on there are the servers of ci/stores

    private QuietPort() {}

    /** Returns one on which nothing listens. */
    static int next() {
        while (true) {
            int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // it is taken: another
            }
        }
    }
}
