package org.walarchive.examples.embeddedagent;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.WalArchive;
import org.walarchive.agent.AgentRequest;
import org.walarchive.agent.ArchiveAgent;

/** A service that archives the WAL of the server beside it, and shows how that is going. */
public final class EmbeddedAgent {

    private EmbeddedAgent() {}

    /**
     * Archives until the process is told to end.
     *
     * @param arguments the archive, such as {@code file://localhost/srv/archive}; the data directory; a port of the loopback interface for
     *     {@code /metrics}, or 0 for any that is free
     * @throws ArchiveException when the agent cannot be started
     * @throws IOException when the port is taken
     * @throws InterruptedException never, for nobody interrupts
     */
    public static void main(String[] arguments) throws ArchiveException, IOException, InterruptedException {
        Path dataDirectory = Path.of(arguments[1]);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        // All that the command line reads of the environment counts here, too: keys to encrypt with, for one.
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("WALARCHIVE_PREFIX", arguments[0]);
        ArchiveConfig config = ArchiveConfig.fromEnvironment(environment).toBuilder()
                .listener(new ArchivingEvents(AgentMeters.segments(registry)))
                .build();
        try (WalArchive archive = WalArchive.open(config);
                ArchiveAgent agent =
                        archive.agent(AgentRequest.builder(dataDirectory).build())) {
            // What is under way when the process is told to end has a moment to become durable.
            Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "shutdown"));
            agent.start();
            new AgentMeters(agent::status, InstantSource.system()).bindTo(registry);
            HttpServer page = serve(registry, Integer.parseInt(arguments[2]));
            try {
                System.out.println(
                        "metrics: http://127.0.0.1:" + page.getAddress().getPort() + "/metrics");
                agent.awaitEnd();
            } finally {
                // Or its thread would keep a process alive whose agent has ended.
                page.stop(0);
            }
        }
    }

    private static HttpServer serve(PrometheusMeterRegistry registry, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/metrics", exchange -> {
            try (exchange) {
                byte[] body = registry.scrape().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        return server;
    }
}
