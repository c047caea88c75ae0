namespace Finpay.Linkage.Api.Storage;

internal static class StorageRegistration
{
    public static void AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<IDatabase>(provider =>
        {
            var (options, clock) =
                (provider.GetRequiredService<IOptions<StorageOptions>>().Value, provider.GetRequiredService<TimeProvider>());
            return options.Provider == StorageProvider.PostgreSql
                ? PostgreSqlDatabase.Open(options, clock)
                : SqliteDatabase.Open(options, clock);
        });
        services.AddSingleton(provider => StorageKeys.Load(
            provider.GetRequiredService<IOptions<StorageOptions>>().Value.Encryption,
            (provider.GetRequiredService<IDatabase>() as SqliteDatabase)?.Folder,
            provider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StorageKeys).FullName!)));
        services.AddSingleton(provider => provider.GetRequiredService<StorageKeySet>().Cipher);
        services.AddSingleton(provider => provider.GetRequiredService<StorageKeySet>().Lookup);
        services.AddSingleton<PageCursors>();
        services.AddSingleton<WriteQueue>();
    }
}
