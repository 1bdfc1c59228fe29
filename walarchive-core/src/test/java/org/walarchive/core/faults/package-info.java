/**
 * Every fault of a store against every use case: {@link org.walarchive.core.faults.StoreFaultMatrixTest}, and every jump of a clock:
 * {@link org.walarchive.core.faults.ClockJumpTest}.
 */
@NullMarked
package org.walarchive.core.faults;

import org.jspecify.annotations.NullMarked;
