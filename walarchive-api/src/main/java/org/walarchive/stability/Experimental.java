package org.walarchive.stability;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Works and is tested, but its form may change, or it may go, in any release; the change log says so then. Holds for the nested types
 * too, and for {@link Stable} methods as far as they take or return it.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Experimental {}
