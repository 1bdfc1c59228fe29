package org.walarchive.store.tck;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.walarchive.stability.Experimental;

/**
 * Stands between a store and its service, and does to each HTTP/1 request what a test says. Listens on a free port of the
 * IPv4 loopback address.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.start("127.0.0.1:9000", NetworkFaults.none());
 *         BlobStore store = openAt("http://127.0.0.1:" + proxy.port())) {
 *     store.put("k", old, PutMode.OVERWRITE);
 *     proxy.disturb(NetworkFaults.first(1, request -> request.is("GET", "/k"), new CutReplyBody(100, Ending.CLOSE)));
 *     assertThrows(StoreException.class, () -> store.get("k").stream().readAllBytes());
 * }
 * }</pre>
 *
 * <p><b>What it passes on.</b> Requests and replies as they are written, the chunks of their bodies and the name of the host
 * among it, so that signatures stay good; interim replies such as {@code 100 Continue}, when they come. What belongs
 * to one connection only ({@code Connection}, {@code Keep-Alive}, an upgrade to another protocol) is the proxy's own: the client may
 * use its connection again, and the service gets a new one for each request. Where the head of a reply names the service's
 * address, as {@code Location} does, it names the proxy's instead.
 *
 * <p>Without TLS. May be used by many threads.
 */
@Experimental
public final class FaultProxy implements AutoCloseable {

    private static final Duration END_WAIT = Duration.ofMinutes(1);
    private static final int BACKLOG = 100;

    private final String upstream;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<ProxiedRequest> requests = new CopyOnWriteArrayList<>();
    private final AtomicLong faults = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private volatile NetworkFaults rules;

    private FaultProxy(String upstream, NetworkFaults rules) throws IOException {
        this.upstream = upstream;
        this.rules = rules;
        this.server = new ServerSocket(0, BACKLOG, loopback());
    }

    /**
     * Starts a proxy.
     *
     * @param upstream the service, as {@code host:port}
     * @param faults what is done to requests
     * @return a proxy that listens
     * @throws IOException if there is no port for it
     */
    public static FaultProxy start(String upstream, NetworkFaults faults) throws IOException {
        if (!upstream.matches(".+:\\d{1,5}")) {
            throw new IllegalArgumentException("upstream is not of the form host:port: " + upstream);
        }
        FaultProxy proxy = new FaultProxy(upstream, faults);
        proxy.threads.execute(proxy::accept);
        return proxy;
    }

    static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    /**
     * Returns the port.
     *
     * @return a port of 127.0.0.1
     */
    public int port() {
        return server.getLocalPort();
    }

    /**
     * Returns the address.
     *
     * @return {@code 127.0.0.1:port}
     */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /**
     * Changes what is done, from the next request on.
     *
     * @param newFaults what is done to requests
     */
    public void disturb(NetworkFaults newFaults) {
        this.rules = newFaults;
    }

    /**
     * Returns the requests that have come.
     *
     * @return a copy, in the order in which they came
     */
    public List<ProxiedRequest> requests() {
        return List.copyOf(requests);
    }

    /**
     * Counts the requests that have come.
     *
     * @param wanted which of them
     * @return how many
     */
    public long count(Predicate<ProxiedRequest> wanted) {
        return requests.stream().filter(wanted).count();
    }

    /**
     * Returns how many requests something was done to. A fault at a byte that was never reached does not count, so a
     * test can tell whether it tested anything.
     *
     * @return how many
     */
    public long faults() {
        return faults.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (register(client)) {
                    threads.execute(new ProxiedConnection(this, client));
                }
            } catch (IOException | RejectedExecutionException e) {
                // The test has ended.
            }
        }
    }

    private boolean register(Socket socket) throws IOException {
        sockets.add(socket);
        if (closed.getCount() == 0) {
            socket.close();
            return false;
        }
        socket.setTcpNoDelay(true);
        return true;
    }

    NetworkFault decide(ProxiedRequest request) {
        requests.add(request);
        return rules.faultFor(request);
    }

    void countFault() {
        faults.incrementAndGet();
    }

    String upstream() {
        return upstream;
    }

    /** Runs something beside. */
    void run(Runnable task) {
        threads.execute(task);
    }

    /** Opens a connection to the service. */
    Socket connect() throws IOException {
        int colon = upstream.lastIndexOf(':');
        Socket service = new Socket();
        if (!register(service)) {
            throw new IOException("proxy is closed");
        }
        service.connect(
                new InetSocketAddress(upstream.substring(0, colon), Integer.parseInt(upstream.substring(colon + 1))));
        return service;
    }

    /** Closes a socket of the proxy. */
    void release(Socket socket) {
        sockets.remove(socket);
        closeQuietly(socket);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more, closed or not.
        }
    }

    /** Waits; not longer than the proxy is open. */
    void pause(Duration time) throws IOException {
        try {
            if (closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException("proxy is closed");
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException("proxy is closed");
        }
    }

    /** Ends all connections, the stalled ones too, and waits until the proxy's threads have ended. */
    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        threads.shutdownNow();
        sockets.forEach(FaultProxy::closeQuietly);
        try {
            if (!threads.awaitTermination(END_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("a thread of the proxy does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
