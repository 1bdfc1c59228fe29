package org.walarchive.stability;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * May be relied on: a program that was compiled against it still links and does the same with every later release of the same major
 * version, and before 1.0 with every later release of the same minor version. What is going to be removed is deprecated for at least one
 * minor version before. Holds for the nested types too; docs/api-stability.md says what is a change.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Stable {}
