/** Fuzzing of the settings of S3. */
@NullMarked
package org.walarchive.store.s3;

import org.jspecify.annotations.NullMarked;
