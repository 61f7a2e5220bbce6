using System.Reflection;
using System.Runtime.InteropServices;
using DocExchange.Trust.Faults;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace DocExchange.Trust.Keys;

/// <summary>
/// A token maker's library, loaded once a process however many keys use it: C_Initialize and C_Finalize belong to the
/// process, not to a caller (PKCS#11 v2.40 §5.4).
/// </summary>
internal sealed class Pkcs11Module : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Pkcs11Module> Loaded = new(StringComparer.Ordinal);

    private readonly string path;
    private int users;

    static Pkcs11Module() => NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly, ResolveLoader);

    private Pkcs11Module(string path)
    {
        this.path = path;
        var factories = new Pkcs11InteropFactories();
        Library = factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, path, AppType.MultiThreaded);
    }

    public IPkcs11Library Library { get; }

    /// <exception cref="TokenException">The library is not there or does not load.</exception>
    public static Pkcs11Module Open(string path)
    {
        var full = Path.GetFullPath(path);
        lock (Gate)
        {
            if (!Loaded.TryGetValue(full, out var module))
            {
                module = Load(full);
                Loaded.Add(full, module);
            }

            module.users++;
            return module;
        }
    }

    /// <summary>The one slot with the token that is asked for.</summary>
    /// <exception cref="TokenException">No such token is plugged in, or several are.</exception>
    public ISlot SlotOf(Pkcs11Uri uri)
    {
        var slots = Library.GetSlotList(SlotsType.WithTokenPresent).Where(slot => Fits(slot.GetTokenInfo(), uri)).ToList();
        return slots.Count == 1 ? slots[0] : throw new TokenException(
            slots.Count == 0 ? $"没有找到密码设备（{uri}），请检查是否插好。" : $"有 {slots.Count} 个密码设备符合（{uri}），请用 serial 指明。",
            slots.Count == 0 ? $"The token was not found; is it plugged in? ({uri})" : $"{slots.Count} tokens fit; name one by its serial. ({uri})");
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (--users == 0)
            {
                Loaded.Remove(path);
                Library.Dispose();
            }
        }
    }

    private static Pkcs11Module Load(string full)
    {
        try
        {
            return new Pkcs11Module(full);
        }
        catch (Exception fault) when (fault is LibraryArchitectureException or UnmanagedException or Pkcs11Exception or DllNotFoundException)
        {
            throw new TokenException($"密码设备的程序库“{full}”无法加载：{FaultWords.Of(fault)}", $"The token library '{full}' does not load: {fault.Message}", fault);
        }
    }

    private static bool Fits(ITokenInfo token, Pkcs11Uri uri) =>
        token.TokenFlags.TokenInitialized
        && (uri.Token is null || token.Label.TrimEnd() == uri.Token)
        && (uri.Serial is null || token.SerialNumber.TrimEnd() == uri.Serial);

    // The wrapper asks for "libdl", which glibc systems have only as libdl.so.2.
    private static IntPtr ResolveLoader(string name, Assembly assembly, DllImportSearchPath? search) =>
        name == "libdl" && NativeLibrary.TryLoad("libdl.so.2", assembly, search, out var handle) ? handle : IntPtr.Zero;
}
