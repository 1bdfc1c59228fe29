package org.walarchive.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.walarchive.stability.Experimental;
import org.walarchive.stability.Internal;
import org.walarchive.stability.Stable;

/** What may depend on what, in all modules on the command line's class path. */
final class ArchitectureTest {

    private static final String[] API = {
        "org.walarchive",
        "org.walarchive.agent",
        "org.walarchive.check",
        "org.walarchive.drill",
        "org.walarchive.internal",
        "org.walarchive.postgres",
        "org.walarchive.spi",
        "org.walarchive.stability",
        "org.walarchive.store",
        "org.walarchive.store.support",
        "org.walarchive.verification"
    };

    /** A store's package, which is one below the SPI's. */
    private static final String STORES = "org.walarchive.store.(*)..";

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("org.walarchive");
    }

    /** Rules over packages that other modules bring are kept also while a package does not exist. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(classes);
    }

    private static DescribedPredicate<JavaClass> ours(String... exceptions) {
        return JavaClass.Predicates.resideInAPackage("org.walarchive..")
                .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(exceptions)));
    }

    @Test
    void theClassesAreHere() {
        assertTrue(classes.contain(Main.class) && classes.contain(org.walarchive.WalArchive.class));
    }

    @Test
    void theCommandLineUsesTheApiOnly() {
        check(noClasses()
                .that()
                .resideInAPackage("org.walarchive.cli..")
                .should()
                .dependOnClassesThat(ours(
                        "org.walarchive",
                        "org.walarchive.agent",
                        "org.walarchive.check",
                        "org.walarchive.drill",
                        "org.walarchive.internal",
                        "org.walarchive.postgres",
                        "org.walarchive.spi",
                        "org.walarchive.stability",
                        "org.walarchive.store",
                        "org.walarchive.store.support",
                        "org.walarchive.verification",
                        "org.walarchive.cli..")));
    }

    /** Every public type that a module exports, so that nobody has to guess what may change. */
    @Test
    void publishedTypesSayWhatTheyPromise() {
        check(classes()
                .that()
                .areTopLevelClasses()
                .and()
                .arePublic()
                .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(
                        "org.walarchive.core..", "org.walarchive.cli..", "org.walarchive.stability")))
                .should()
                .beAnnotatedWith(Stable.class)
                .orShould()
                .beAnnotatedWith(Experimental.class)
                .orShould()
                .beAnnotatedWith(Internal.class));
    }

    /** What is internal is in packages of its own, one of which a program on the module path does not see. */
    @Test
    void whatIsInternalIsExportedToOursAlone() throws URISyntaxException {
        check(classes()
                .that()
                .areAnnotatedWith(Internal.class)
                .should()
                .resideInAnyPackage("org.walarchive.internal", "org.walarchive.spi"));
        URI api = org.walarchive.WalArchive.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        ModuleDescriptor module = ModuleFinder.of(Path.of(api))
                .find("org.walarchive.api")
                .orElseThrow()
                .descriptor();
        assertEquals(
                Set.of(Set.of("org.walarchive.cli", "org.walarchive.core")),
                module.exports().stream()
                        .filter(exported -> exported.source().equals("org.walarchive.internal"))
                        .map(ModuleDescriptor.Exports::targets)
                        .collect(Collectors.toSet()));
    }

    @Test
    void nothingUsesTheCommandLine() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("org.walarchive.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.walarchive.cli.."));
    }

    @Test
    void theApiUsesNothingElseOfOurs() {
        check(noClasses().that().resideInAnyPackage(API).should().dependOnClassesThat(ours(API)));
    }

    @Test
    void theStoreSpiAndTheValuesUseNothingOfOurs() {
        check(noClasses()
                .that()
                .resideInAPackage("org.walarchive.store")
                .should()
                .dependOnClassesThat(ours("org.walarchive.store", "org.walarchive.stability")));
        check(noClasses()
                .that()
                .resideInAPackage("org.walarchive.store.support")
                .should()
                .dependOnClassesThat(
                        ours("org.walarchive.store", "org.walarchive.store.support", "org.walarchive.stability")));
        check(noClasses()
                .that()
                .resideInAPackage("org.walarchive.postgres")
                .should()
                .dependOnClassesThat(ours("org.walarchive.postgres", "org.walarchive.stability")));
    }

    @Test
    void storesUseTheApiAndNoOtherStore() {
        check(noClasses()
                .that()
                .resideInAPackage("org.walarchive.store.*..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.walarchive.core..", "org.walarchive.cli.."));
        check(slices().matching(STORES)
                .should()
                .notDependOnEachOther()
                .ignoreDependency(
                        DescribedPredicate.alwaysTrue(),
                        JavaClass.Predicates.resideInAPackage("org.walarchive.store.support")));
    }

    @Test
    void theEngineUsesNoStore() {
        check(noClasses()
                .that()
                .resideInAPackage("org.walarchive.core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.walarchive.store.*..", "org.walarchive.cli.."));
    }

    @Test
    void layoutAndSentinelDoNoInputOrOutput() {
        check(
                noClasses()
                        .that()
                        .resideInAnyPackage("org.walarchive.core.layout..", "org.walarchive.core.sentinel..")
                        .should()
                        .dependOnClassesThat()
                        .haveNameMatching(
                                "java\\.nio\\.file\\.Files|java\\.nio\\.channels\\..*|java\\.io\\.(File|RandomAccess).*|java\\.net\\..*"));
    }

    @Test
    void packagesOfTheEngineAndOfTheCommandLineAreFreeOfCycles() {
        check(slices().matching("org.walarchive.core.(*)..").should().beFreeOfCycles());
        check(slices().matching("org.walarchive.cli.(*)..").should().beFreeOfCycles());
    }

    @Test
    void theLogKnowsNothingOfTheCommandLine() {
        check(classes()
                .that()
                .resideInAPackage("org.walarchive.cli.log")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("org.walarchive.cli.log", "org.slf4j..", "org.jspecify..", "java.."));
    }
}
