using DocExchange.Hammer;

return await HammerCommand.InvokeAsync(args);
