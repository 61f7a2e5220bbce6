using DocExchange.Durability;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Faults;
using LiteDB;

namespace DocExchange.Hub.Catalogue;

/// <summary>
/// The catalogue's file on disk: opened, put aside where it cannot be read, or removed where another version keeps it otherwise, since
/// the ledger makes it anew. A crash anywhere leaves one or none, and whoever starts next, of any version, goes on from there.
/// </summary>
internal static class CatalogueFiles
{
    /// <exception cref="IOException">The disk failed, or is full; the catalogue is as good as it was.</exception>
    public static LiteDbCatalogue Open(HubFolder folder, HubSettings settings, IDisk disk)
    {
        try
        {
            return new LiteDbCatalogue(folder.Catalogue, settings.Zone, disk);
        }
        catch (OtherFormException other)
        {
            // Said before it is done: whoever is killed in between has told why there is no catalogue.
            Console.Error.WriteLine($"目录库按账本重建：{other.Chinese}。");
            Console.Error.WriteLine($"The catalogue is made anew from the ledger: {other.Message}.");
            // First the data file: a log without one belongs to nothing, a data file without its log would be older than it was.
            disk.Delete(folder.Catalogue);
            disk.Delete(LogOf(folder));
            return new LiteDbCatalogue(folder.Catalogue, settings.Zone, disk);
        }
        catch (Exception damage) when (IsDamage(damage))
        {
            var aside = folder.Catalogue + ".damaged";
            disk.Publish(folder.Catalogue, aside);
            disk.Delete(LogOf(folder));
            Console.Error.WriteLine($"目录库无法读取（{FaultWords.Of(damage)}）：已改名为 {aside} 保留，并按账本重建。");
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
