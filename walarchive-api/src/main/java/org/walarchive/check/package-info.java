/**
 * Whether continuous archiving of a server works, and what is missing for it.
 *
 * <p>Entry type: {@link org.walarchive.check.CheckService}.
 *
 * <pre>{@code
 * CheckReport report = archive.checks().run(CheckRequest.builder().server(connection).build());
 * for (CheckResult result : report.results()) {
 *     System.out.println(result.status() + " " + result.name() + ": " + result.message());
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.check;

import org.jspecify.annotations.NullMarked;
