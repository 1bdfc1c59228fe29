/**
 * What each published type promises of the future: {@link org.walarchive.stability.Stable}, {@link org.walarchive.stability.Experimental}
 * or {@link org.walarchive.stability.Internal}. Every public type of the exported packages has one of them; a nested type has that of the
 * type around it.
 *
 * <p>They are kept in class files and not at run time, for tools that read those:
 *
 * <pre>{@code
 * ArchRule rule = noClasses().should().dependOnClassesThat().areAnnotatedWith(Experimental.class);
 * rule.check(new ClassFileImporter().importPackages("com.example"));
 * }</pre>
 */
@NullMarked
package org.walarchive.stability;

import org.jspecify.annotations.NullMarked;
