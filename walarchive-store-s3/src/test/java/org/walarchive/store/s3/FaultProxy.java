package org.walarchive.store.s3;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.walarchive.store.tck.NetworkFault;
import org.walarchive.store.tck.ProxiedRequest;

/** A service that answers each request as a test says: the proxy of the TCK without a service behind it. */
final class FaultProxy implements Closeable {

    private final org.walarchive.store.tck.FaultProxy proxy;

    /** The head of a request. */
    record Request(String line, String text, ProxiedRequest proxied) {

        String header(String name) {
            return proxied.header(name).orElse("");
        }

        static Request of(ProxiedRequest proxied) {
            return new Request(proxied.text().lines().findFirst().orElse(""), proxied.text(), proxied);
        }
    }

    /** What is done to a request. */
    sealed interface Fault {}

    /** It is answered; each header ends its line. */
    record Answer(int status, String headers, String body) implements Fault {}

    FaultProxy(int target, Function<Request, Fault> answers) throws IOException {
        proxy = org.walarchive.store.tck.FaultProxy.start(
                "127.0.0.1:" + target, request -> answer((Answer) answers.apply(Request.of(request))));
    }

    private static NetworkFault answer(Answer answer) {
        Map<String, String> headers = answer.headers()
                .lines()
                .collect(Collectors.toMap(line -> line.split(": ", 2)[0], line -> line.split(": ", 2)[1]));
        return new NetworkFault.Answer(answer.status(), headers, answer.body());
    }

    int port() {
        return proxy.port();
    }

    long count(String method, String targetPart) {
        return proxy.count(request -> request.is(method, targetPart));
    }

    List<Request> requests() {
        return proxy.requests().stream().map(Request::of).toList();
    }

    @Override
    public void close() throws IOException {
        proxy.close();
    }
}
