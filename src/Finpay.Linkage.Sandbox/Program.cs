using Finpay.Linkage.Sandbox.Hosting;

return await SandboxConsole.RunAsync(args);
