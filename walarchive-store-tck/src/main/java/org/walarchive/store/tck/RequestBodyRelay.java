package org.walarchive.store.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.walarchive.store.tck.NetworkFault.CutRequest;
import org.walarchive.store.tck.NetworkFault.Ending;
import org.walarchive.store.tck.NetworkFault.FlipRequestBit;
import org.walarchive.store.tck.NetworkFault.Throttle;

/** Passes a request's body on, beside the reply, which may come before the body has ended. */
final class RequestBodyRelay implements Runnable {

    private static final long LAG_MILLIS = 200;

    private final FaultProxy proxy;
    private final Socket client;
    private final InputStream in;
    private final Socket service;
    private final ProxiedRequest request;
    private final NetworkFault fault;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean held;

    RequestBodyRelay(
            FaultProxy proxy,
            Socket client,
            InputStream in,
            Socket service,
            ProxiedRequest request,
            NetworkFault fault) {
        this.proxy = proxy;
        this.client = client;
        this.in = in;
        this.service = service;
        this.request = request;
        this.fault = fault;
    }

    /** Tells whether all was passed on, for the thread of the reply, which may be ahead a little. */
    boolean isDone() throws InterruptedIOException {
        try {
            return done.await(LAG_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptedIOException("proxy is closed");
        }
    }

    /** Tells whether the body stalls. */
    boolean isHeld() {
        return held;
    }

    @Override
    public void run() {
        try {
            OutputStream out = new FaultyOutput(
                    proxy,
                    service.getOutputStream(),
                    fault instanceof CutRequest cut ? cut.afterBytes() : FaultyOutput.NO_LIMIT,
                    fault instanceof Throttle throttle ? throttle.bytesPerSecond() : FaultyOutput.NO_RATE);
            HttpBody.Tap tap = fault instanceof FlipRequestBit flip
                    ? ProxiedConnection.flipAt(proxy, flip.offset())
                    : (position, bytes, n) -> {};
            HttpBody.ofRequest(request.parsed()).copy(in, out, tap);
            done.countDown();
        } catch (FaultyOutput.LimitReached e) {
            proxy.countFault();
            end(((CutRequest) fault).ending());
        } catch (IOException e) {
            // The client has gone, or the service has answered without reading on.
        }
    }

    private void end(Ending ending) {
        if (ending == Ending.STALL) {
            held = true;
            return;
        }
        try {
            if (ending == Ending.RESET) {
                ProxiedConnection.reset(client);
                ProxiedConnection.reset(service);
            }
        } catch (IOException e) {
            // It has gone already.
        }
        proxy.release(client);
        proxy.release(service);
    }
}
