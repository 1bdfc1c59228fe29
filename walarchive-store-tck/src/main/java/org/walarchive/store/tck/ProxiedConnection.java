package org.walarchive.store.tck;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.walarchive.store.tck.NetworkFault.Answer;
import org.walarchive.store.tck.NetworkFault.CutReply;
import org.walarchive.store.tck.NetworkFault.CutReplyBody;
import org.walarchive.store.tck.NetworkFault.Delay;
import org.walarchive.store.tck.NetworkFault.Ending;
import org.walarchive.store.tck.NetworkFault.FlipReplyBit;
import org.walarchive.store.tck.NetworkFault.LoseReply;
import org.walarchive.store.tck.NetworkFault.Stall;
import org.walarchive.store.tck.NetworkFault.Throttle;

/** A client's connection to the proxy: one request after the other. */
final class ProxiedConnection implements Runnable {

    private static final String[] OF_ONE_CONNECTION = {
        "Connection", "Keep-Alive", "Proxy-Connection", "Upgrade", "HTTP2-Settings"
    };

    private final FaultProxy proxy;
    private final Socket client;

    /** What becomes of the connection. */
    private enum Next {
        /** Another request may come. */
        REQUEST,
        /** It ends. */
        END,
        /** It is left open, and nobody looks after it. */
        HOLD
    }

    ProxiedConnection(FaultProxy proxy, Socket client) {
        this.proxy = proxy;
        this.client = client;
    }

    @Override
    public void run() {
        Next next = Next.REQUEST;
        try {
            InputStream in = new BufferedInputStream(client.getInputStream());
            while (next == Next.REQUEST) {
                HttpHead head = HttpHead.read(in);
                next = head == null ? Next.END : serve(in, new ProxiedRequest(head));
            }
        } catch (IOException e) {
            // One of the two has gone, or the test has ended.
            next = Next.END;
        } finally {
            if (next != Next.HOLD) {
                proxy.release(client);
            }
        }
    }

    private Next serve(InputStream in, ProxiedRequest request) throws IOException {
        NetworkFault fault = proxy.decide(request);
        if (fault instanceof Answer answer) {
            proxy.countFault();
            return answer(in, request, answer);
        }
        if (fault instanceof Stall) {
            proxy.countFault();
            return Next.HOLD;
        }
        if (fault instanceof Delay delay) {
            proxy.countFault();
            proxy.pause(delay.latency());
        }
        return relay(in, request, fault);
    }

    private Next answer(InputStream in, ProxiedRequest request, Answer answer) throws IOException {
        boolean bodyComes = request.header("expect").isEmpty();
        if (bodyComes) {
            HttpBody.ofRequest(request.parsed()).copy(in, OutputStream.nullOutputStream(), (position, bytes, n) -> {});
        }
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " Scripted\r\n");
        answer.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        boolean hasBody = answer.status() >= 200 && answer.status() != 204 && answer.status() != 304;
        if (hasBody && answer.headers().keySet().stream().noneMatch("content-length"::equalsIgnoreCase)) {
            head.append("Content-Length: " + body.length + "\r\n");
        }
        boolean keep = bodyComes && wantsMore(request);
        head.append(keep ? "\r\n" : "Connection: close\r\n\r\n");
        client.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (hasBody && !request.method().equals("HEAD")) {
            client.getOutputStream().write(body);
        }
        return keep ? Next.REQUEST : end(in, Ending.CLOSE);
    }

    private static boolean wantsMore(ProxiedRequest request) {
        return request.parsed().word(2).equals("HTTP/1.1") && !request.parsed().says("connection", "close");
    }

    private Next relay(InputStream in, ProxiedRequest request, NetworkFault fault) throws IOException {
        Socket service = proxy.connect();
        Next next = Next.END;
        RequestBodyRelay upload = new RequestBodyRelay(proxy, client, in, service, request, fault);
        try {
            HttpHead head = request.parsed().without(OF_ONE_CONNECTION).with("Connection", "close");
            service.getOutputStream().write(head.bytes());
            proxy.run(upload);
            next = reply(in, request, fault, upload, new BufferedInputStream(service.getInputStream()));
        } catch (IOException e) {
            // A service that gives up waiting for the rest of a stalled request does not end the stall.
            next = upload.isHeld() ? Next.HOLD : Next.END;
        } finally {
            if (next != Next.HOLD) {
                proxy.release(service);
            }
        }
        return next == Next.END && !client.isClosed() && !client.isOutputShutdown() ? end(in, Ending.CLOSE) : next;
    }

    private Next reply(
            InputStream in, ProxiedRequest request, NetworkFault fault, RequestBodyRelay upload, InputStream reply)
            throws IOException {
        HttpHead head = finalHead(reply);
        if (upload.isHeld()) {
            return Next.HOLD;
        }
        HttpBody body = HttpBody.ofReply(head, request.method());
        if (fault instanceof LoseReply lost) {
            body.copy(reply, OutputStream.nullOutputStream(), (position, bytes, n) -> {});
            proxy.countFault();
            return end(in, lost.ending());
        }
        boolean keep = upload.isDone() && wantsMore(request) && !body.isUntilClose();
        HttpHead shown = head.without(OF_ONE_CONNECTION).replacing(proxy.upstream(), proxy.address());
        try {
            OutputStream headOut =
                    limited(client.getOutputStream(), fault instanceof CutReply cut ? cut.afterBytes() : -1);
            headOut.write((keep ? shown : shown.with("Connection", "close")).bytes());
            OutputStream bodyOut = limited(headOut, fault instanceof CutReplyBody cut ? cut.afterBytes() : -1);
            body.copy(reply, throttled(bodyOut, fault), flip(fault));
        } catch (FaultyOutput.LimitReached e) {
            proxy.countFault();
            return end(in, fault instanceof CutReply cut ? cut.ending() : ((CutReplyBody) fault).ending());
        }
        return keep ? Next.REQUEST : Next.END;
    }

    /** Passes interim replies on, and returns the head of the one that counts. */
    private HttpHead finalHead(InputStream reply) throws IOException {
        HttpHead head = HttpHead.read(reply);
        while (head != null && head.status() >= 100 && head.status() < 200) {
            client.getOutputStream().write(head.bytes());
            head = HttpHead.read(reply);
        }
        if (head == null) {
            throw new EOFException("service does not answer");
        }
        return head;
    }

    private OutputStream limited(OutputStream out, long limit) {
        return limit < 0 ? out : new FaultyOutput(proxy, out, limit, FaultyOutput.NO_RATE);
    }

    private OutputStream throttled(OutputStream out, NetworkFault fault) {
        if (fault instanceof Throttle throttle) {
            proxy.countFault();
            return new FaultyOutput(proxy, out, FaultyOutput.NO_LIMIT, throttle.bytesPerSecond());
        }
        return out;
    }

    private HttpBody.Tap flip(NetworkFault fault) {
        return fault instanceof FlipReplyBit flip ? flipAt(proxy, flip.offset()) : (position, bytes, n) -> {};
    }

    static HttpBody.Tap flipAt(FaultProxy proxy, long offset) {
        return (position, bytes, n) -> {
            if (offset >= position && offset < position + n) {
                bytes[(int) (offset - position)] ^= 1;
                proxy.countFault();
            }
        };
    }

    private Next end(InputStream in, Ending ending) throws IOException {
        switch (ending) {
            case CLOSE -> {
                // What the client still sends is read, for a socket closed over unread bytes resets the connection.
                client.shutdownOutput();
                in.transferTo(OutputStream.nullOutputStream());
            }
            case RESET -> reset(client);
            case STALL -> {
                return Next.HOLD;
            }
        }
        return Next.END;
    }

    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
