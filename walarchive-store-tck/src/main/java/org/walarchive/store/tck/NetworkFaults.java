package org.walarchive.store.tck;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.walarchive.stability.Experimental;

/**
 * Says what a {@link FaultProxy} does to each request. Asked once for each request when its head has come, in the proxy's
 * thread, perhaps for several at once. The rules of this interface count the requests they match from the time they are made.
 */
@Experimental
@FunctionalInterface
public interface NetworkFaults {

    /**
     * Decides about a request.
     *
     * @param request the request
     * @return what is done to it
     */
    NetworkFault faultFor(ProxiedRequest request);

    /**
     * Returns the rule that lets everything pass.
     *
     * @return a rule
     */
    static NetworkFaults none() {
        return request -> new NetworkFault.Pass();
    }

    /**
     * Returns the rule that treats all requests alike.
     *
     * @param fault what is done to them
     * @return a rule
     */
    static NetworkFaults all(NetworkFault fault) {
        return request -> fault;
    }

    /**
     * Returns the rule that treats some requests alike, and lets the others pass.
     *
     * @param requests which
     * @param fault what is done to them
     * @return a rule
     */
    static NetworkFaults all(Predicate<ProxiedRequest> requests, NetworkFault fault) {
        return request -> requests.test(request) ? fault : new NetworkFault.Pass();
    }

    /**
     * Returns a rule for the first of some requests; the others pass.
     *
     * @param n how many
     * @param requests those that are counted
     * @param fault what is done to the first n
     * @return a rule
     */
    static NetworkFaults first(long n, Predicate<ProxiedRequest> requests, NetworkFault fault) {
        AtomicLong count = new AtomicLong();
        return all(request -> requests.test(request) && count.incrementAndGet() <= n, fault);
    }

    /**
     * Returns a rule for the n-th, 2n-th, 3n-th, … of some requests; the others pass.
     *
     * @param n at least 1
     * @param requests those that are counted
     * @param fault what is done
     * @return a rule
     */
    static NetworkFaults everyNth(long n, Predicate<ProxiedRequest> requests, NetworkFault fault) {
        if (n < 1) {
            throw new IllegalArgumentException("every n-th request needs an n of at least 1: " + n);
        }
        AtomicLong count = new AtomicLong();
        return all(request -> requests.test(request) && count.incrementAndGet() % n == 0, fault);
    }
}
