/**
 * What is not needed any more: planned by {@link org.walarchive.core.retention.Retention}, executed by
 * {@link org.walarchive.core.retention.DeletionRun}.
 *
 * <p>A plan is made in steps, each a class: what is known of each backup ({@code KnownBackup}), which of them stay
 * ({@code BackupSelection}), from where on each timeline's WAL is needed by those ({@code WalLimits}), and from that what becomes
 * of each object ({@code PolicyPlan}).
 */
@NullMarked
package org.walarchive.core.retention;

import org.jspecify.annotations.NullMarked;
