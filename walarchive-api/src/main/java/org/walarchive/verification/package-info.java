/**
 * What an archive is good for: which base backups can be restored and to when, and what is missing or damaged.
 *
 * <p>Entry type: {@link org.walarchive.verification.VerificationService}.
 *
 * <pre>{@code
 * VerificationReport report = archive.verification().verify(VerifyRequest.of(VerifyRequest.Depth.SHALLOW));
 * for (BackupReport backup : report.backups()) {
 *     System.out.println(backup.name() + " " + backup.state() + " " + backup.windows());
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.verification;

import org.jspecify.annotations.NullMarked;
