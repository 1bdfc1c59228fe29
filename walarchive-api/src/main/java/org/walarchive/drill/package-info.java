/**
 * Drills: a base backup is restored, recovered by a server of its own and asked a question, which is the one proof that it restores.
 * Begin at {@link org.walarchive.drill.DrillService}.
 *
 * <pre>{@code
 * DrillRequest request = DrillRequest.builder().query("SELECT count(*) FROM orders").build();
 * DrillReport report = archive.drills().run(request);
 * if (report.failure().isPresent()) {
 *     alert(report.backup(), report.failure().get());
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.drill;

import org.jspecify.annotations.NullMarked;
