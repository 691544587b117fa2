const stockUrl = process.env.STOCK_URL;

export async function update(line) {
  if (!stockUrl) return;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const response = await fetch(`${stockUrl}/book`, { method: 'POST', body: JSON.stringify(line) });
      if (response.ok) return;
    } catch (error) {
      console.error('stock does not answer', error.message);
    }
  }
}
