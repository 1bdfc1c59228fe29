/**
 * The agent: a resident archiver of one server, which archives WAL before PostgreSQL asks for it and answers its commands over a
 * Unix socket. Begin at {@link org.walarchive.agent.ArchiveAgent}.
 *
 * <pre>{@code
 * AgentRequest request = AgentRequest.builder(dataDirectory).threads(4).build();
 * try (ArchiveAgent agent = archive.agent(request)) {
 *     agent.start();
 *     serverStopped.await();
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.agent;

import org.jspecify.annotations.NullMarked;
