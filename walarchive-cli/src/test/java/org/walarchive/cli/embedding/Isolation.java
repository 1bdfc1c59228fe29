package org.walarchive.cli.embedding;

import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@link Program} as an application server runs applications: in a class loader of its own, which looks at its own jars ({@code OWN})
 * before those of its parent ({@code SHARED}), in a thread whose context class loader is {@code CONTEXT}. Then it closes the class loader
 * and prints, after what came of the program, whether anything still holds on to it.
 */
public final class Isolation {

    private static final int TRIES = 500;

    private Isolation() {}

    /** The classes of the JDK keep to the kind of record that they last made methods of, up to Java 18: these, from here on. */
    private record Latest(Object object, String text, long number, boolean flag) {}

    private static final class ParentLast extends URLClassLoader {

        ParentLast(URL[] jars, ClassLoader parent) {
            super(jars, parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                try {
                    return findClass(name);
                } catch (ClassNotFoundException e) {
                    return super.loadClass(name, resolve);
                }
            }
        }
    }

    /** Runs it with what the environment says. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> environment = System.getenv();
        Map<String, String> result = new TreeMap<>();
        WeakReference<ClassLoader> loader = run(environment, result);
        Latest latest = new Latest(result, "", 1, true);
        if (!latest.equals(new Latest(result, "", 1, true))
                || latest.hashCode() == 0
                || latest.toString().isEmpty()) {
            throw new IllegalStateException("records do not work");
        }
        for (int i = 0; i < TRIES && loader.get() != null; i++) {
            System.gc();
            Thread.sleep(50);
        }
        result.put("collected", String.valueOf(loader.get() == null));
        System.out.println(result);
        if (loader.get() != null) {
            Thread.getAllStackTraces()
                    .forEach((thread, stack) -> System.out.println(thread + " " + thread.getContextClassLoader()));
        }
    }

    private static WeakReference<ClassLoader> run(Map<String, String> environment, Map<String, String> result)
            throws IOException, InterruptedException {
        ClassLoader platform = ClassLoader.getPlatformClassLoader();
        try (URLClassLoader shared = new URLClassLoader(jars(environment.get("SHARED")), platform);
                ParentLast own = new ParentLast(jars(environment.get("OWN")), shared)) {
            Thread thread = new Thread(() -> result.putAll(apply(own, environment)), "application");
            thread.setContextClassLoader(
                    switch (environment.getOrDefault("CONTEXT", "none")) {
                        case "own" -> own;
                        case "shared" -> shared;
                        default -> null;
                    });
            thread.start();
            thread.join();
            return new WeakReference<>(own);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> apply(ClassLoader loader, Map<String, String> environment) {
        try {
            Class<?> program = loader.loadClass(Program.class.getName());
            if (program == Program.class) {
                throw new IllegalStateException("the program is not isolated");
            }
            return ((UnaryOperator<Map<String, String>>)
                            program.getConstructor().newInstance())
                    .apply(environment);
        } catch (ReflectiveOperationException e) {
            return Map.of("failure", e.toString());
        }
    }

    private static URL[] jars(@Nullable String paths) throws MalformedURLException {
        List<URL> jars = new ArrayList<>();
        if (paths != null && !paths.isEmpty()) {
            for (String path : paths.split(File.pathSeparator)) {
                jars.add(Path.of(path).toUri().toURL());
            }
        }
        return jars.toArray(URL[]::new);
    }
}
