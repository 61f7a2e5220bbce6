using DocExchange.Durability;
using DocExchange.Hub.Operations;
using LiteDB;

namespace DocExchange.Hub.Catalogue;

/// <summary>The catalogue's file on disk: opened, or put aside where it cannot be read, since the ledger makes it anew.</summary>
internal static class CatalogueFiles
{
    /// <exception cref="IOException">The disk failed, or is full; the catalogue is as good as it was.</exception>
    public static LiteDbCatalogue Open(HubFolder folder, HubSettings settings, IDisk disk)
    {
        try
        {
            return new LiteDbCatalogue(folder.Catalogue, settings.Zone, disk);
        }
        catch (Exception damage) when (IsDamage(damage))
        {
            var aside = folder.Catalogue + ".damaged";
            File.Delete(aside);
            File.Move(folder.Catalogue, aside);
            File.Delete(LogOf(folder));
            Console.Error.WriteLine($"The catalogue could not be read ({damage.Message}); it was put aside as {aside} and is made anew from the ledger.");
            return new LiteDbCatalogue(folder.Catalogue, settings.Zone, disk);
        }
    }

    /// <summary>Whether the file cannot be read, whatever the disk does.</summary>
    public static bool IsDamage(Exception fault) => fault is PageDamagedException or LiteException or EndOfStreamException or InvalidCastException or FormatException;

    public static void Delete(HubFolder folder)
    {
        File.Delete(folder.Catalogue);
        File.Delete(LogOf(folder));
    }

    private static string LogOf(HubFolder folder) => DurableDatabase.LogOf(folder.Catalogue);
}
